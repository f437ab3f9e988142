import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is built, in build order: what every test needs comes first. */
export const BINARY_NAMES = [
  'etcd',
  'kube-apiserver',
  'kubectl',
  'kube-controller-manager',
  'kube-scheduler',
  'kwok',
  'helm',
] as const

/** What a real node runs besides, in build order: only the tests that have one need it, and root. */
export const NODE_BINARY_NAMES = [
  'kubelet',
  'kube-proxy',
  'containerd',
  'containerd-shim-runc-v2',
  'ctr',
  'runc',
  'bridge',
  'host-local',
  'loopback',
  'workload',
] as const

/** The engines of GitOps tools, each in a small program of ours: only the tests of GitOps need them. */
export const GITOPS_BINARY_NAMES = ['gitops-argocd', 'gitops-flux'] as const

/** Every program that is built. */
export const ALL_BINARY_NAMES = [...BINARY_NAMES, ...NODE_BINARY_NAMES, ...GITOPS_BINARY_NAMES] as const

export type BinaryName = (typeof ALL_BINARY_NAMES)[number]

/** A folder of MODULES_DIRECTORY; what it builds is cached together. */
export type ModuleName =
  | 'etcd'
  | 'kubernetes'
  | 'kwok'
  | 'helm'
  | 'containerd'
  | 'runc'
  | 'cni'
  | 'workload'
  | 'gitops-argocd'
  | 'gitops-flux'

/** The folder that holds one Go module per upstream project: versions and checksums are pinned there and nowhere else. */
export const MODULES_DIRECTORY = join(import.meta.dirname, 'binaries')

export interface Recipe {
  readonly module: ModuleName
  /** What `go build` is given, relative to the module. */
  readonly package: string
  /** The required module whose version the binary reports; left out for a program of our own. */
  readonly upstream?: string
  /** Link-time variables that make the binary report its version; a build without them says v0.0.0. */
  readonly variables?: (version: string) => Readonly<Record<string, string>>
  /** Build tags. */
  readonly tags?: readonly string[]
  /** Links C: the compiler and the library's headers must be there. Default false, which gives a static program. */
  readonly cgo?: true
}

const kubernetes = (command: string): Recipe => ({
  module: 'kubernetes',
  package: `k8s.io/kubernetes/cmd/${command}`,
  upstream: 'k8s.io/kubernetes',
  variables: version => {
    const [major = '', minor = ''] = version.slice(1).split('.')
    const to = 'k8s.io/component-base/version'
    return {
      [`${to}.gitVersion`]: version,
      [`${to}.gitMajor`]: major,
      [`${to}.gitMinor`]: minor,
      [`${to}.gitTreeState`]: 'clean',
    }
  },
})

const containerd = (command: string): Recipe => ({
  module: 'containerd',
  package: `github.com/containerd/containerd/v2/cmd/${command}`,
  upstream: 'github.com/containerd/containerd/v2',
  variables: version => ({ 'github.com/containerd/containerd/v2/version.Version': version }),
  // Snapshotters that nobody asks for here, and that need C.
  tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
})

const networkPlugin = (plugin: string): Recipe => ({
  module: 'cni',
  package: `github.com/containernetworking/plugins/plugins/${plugin}`,
  upstream: 'github.com/containernetworking/plugins',
})

/** How each binary is built. */
export const RECIPES: Readonly<Record<BinaryName, Recipe>> = {
  etcd: { module: 'etcd', package: '.', upstream: 'go.etcd.io/etcd/server/v3' },
  'kube-apiserver': kubernetes('kube-apiserver'),
  kubectl: kubernetes('kubectl'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kwok: {
    module: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    upstream: 'sigs.k8s.io/kwok',
    variables: version => ({ 'sigs.k8s.io/kwok/pkg/consts.Version': version }),
  },
  helm: {
    module: 'helm',
    package: 'helm.sh/helm/v3/cmd/helm',
    upstream: 'helm.sh/helm/v3',
    variables: version => ({ 'helm.sh/helm/v3/internal/version.version': version }),
  },
  kubelet: kubernetes('kubelet'),
  'kube-proxy': kubernetes('kube-proxy'),
  containerd: containerd('containerd'),
  'containerd-shim-runc-v2': containerd('containerd-shim-runc-v2'),
  ctr: containerd('ctr'),
  runc: {
    module: 'runc',
    package: 'github.com/opencontainers/runc',
    upstream: 'github.com/opencontainers/runc',
    // The chart asks for the runtime's seccomp profile.
    tags: ['seccomp'],
    cgo: true,
  },
  bridge: networkPlugin('main/bridge'),
  'host-local': networkPlugin('ipam/host-local'),
  loopback: networkPlugin('main/loopback'),
  workload: { module: 'workload', package: '.' },
  'gitops-argocd': { module: 'gitops-argocd', package: '.', upstream: 'github.com/argoproj/argo-cd/v3' },
  'gitops-flux': { module: 'gitops-flux', package: '.', upstream: 'github.com/fluxcd/pkg/ssa' },
}

/** @returns the version that a go.mod requires of a module, e.g. `v1.36.3`. @throws when it does not require it. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split('\n').find(text =>
    text
      .replace(/^require\s+/, '')
      .trim()
      .startsWith(`${module} v`),
  )
  const version = line?.match(/ (v\S+)/)?.[1]
  if (version === undefined) throw new Error(`go.mod requires no ${module}`)
  return version
}

/** @returns the pinned version of a binary, as it reports it itself; `v0.0.0` for a program of our own. */
export function binaryVersion(name: BinaryName): string {
  const { module, upstream } = RECIPES[name]
  if (upstream === undefined) return 'v0.0.0'
  return requiredVersion(readFileSync(join(MODULES_DIRECTORY, module, 'go.mod'), 'utf8'), upstream)
}

/** @returns the programs of a module. */
export function binariesOfModule(module: ModuleName): readonly BinaryName[] {
  return ALL_BINARY_NAMES.filter(name => RECIPES[name].module === module)
}

/** @returns the flags of `go build` that decide what comes out. */
export function buildFlags(name: BinaryName): readonly string[] {
  const { tags = [], variables = () => ({}) } = RECIPES[name]
  const linked = Object.entries(variables(binaryVersion(name))).map(([key, value]) => `-X ${key}=${value}`)
  const tagged = tags.length === 0 ? [] : ['-tags', tags.join()]
  return ['-trimpath', ...tagged, '-ldflags', ['-s', '-w', ...linked].join(' ')]
}

/** @returns the environment of `go build`, besides this process's own. */
export function buildEnvironment(name: BinaryName): Readonly<Record<string, string>> {
  return { CGO_ENABLED: RECIPES[name].cgo ? '1' : '0', GOWORK: 'off', GOFLAGS: '' }
}

/** @returns the arguments of `go` that build one binary into `output`. */
export function buildArguments(name: BinaryName, output: string): readonly string[] {
  const { module, package: main } = RECIPES[name]
  return ['build', '-C', join(MODULES_DIRECTORY, module), ...buildFlags(name), '-o', output, main]
}
