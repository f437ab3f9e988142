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

export type BinaryName = (typeof BINARY_NAMES)[number]

/** The folder that holds one Go module per upstream project: versions and checksums are pinned there and nowhere else. */
export const MODULES_DIRECTORY = join(import.meta.dirname, 'binaries')

export interface Recipe {
  /** Folder under MODULES_DIRECTORY. */
  readonly module: 'etcd' | 'kubernetes' | 'kwok' | 'helm'
  /** What `go build` is given, relative to the module. */
  readonly package: string
  /** The required module whose version the binary reports. */
  readonly upstream: string
  /** Link-time variables that make the binary report its version; a build without them says v0.0.0. */
  readonly variables: (version: string) => Readonly<Record<string, string>>
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

/** How each binary is built. */
export const RECIPES: Readonly<Record<BinaryName, Recipe>> = {
  etcd: { module: 'etcd', package: '.', upstream: 'go.etcd.io/etcd/server/v3', variables: () => ({}) },
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

/** @returns the pinned version of a binary, as it reports it itself. */
export function binaryVersion(name: BinaryName): string {
  const { module, upstream } = RECIPES[name]
  return requiredVersion(readFileSync(join(MODULES_DIRECTORY, module, 'go.mod'), 'utf8'), upstream)
}

/** @returns the flags of `go build` that decide what comes out. */
export function buildFlags(name: BinaryName): readonly string[] {
  const variables = Object.entries(RECIPES[name].variables(binaryVersion(name))).map(
    ([key, value]) => `-X ${key}=${value}`,
  )
  return ['-trimpath', '-ldflags', ['-s', '-w', ...variables].join(' ')]
}

/** @returns the arguments of `go` that build one binary into `output`. */
export function buildArguments(name: BinaryName, output: string): readonly string[] {
  const { module, package: main } = RECIPES[name]
  return ['build', '-C', join(MODULES_DIRECTORY, module), ...buildFlags(name), '-o', output, main]
}
