import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Binaries } from '../binaries.ts'
import { run } from '../command.ts'
import { renderKubeconfig } from '../kubeconfig.ts'
import type { Endpoint } from '../rest.ts'
import type { SupervisedProcess, Supervisor } from '../supervisor.ts'
import { waitFor } from '../wait.ts'
import { containerdSocket, nodeFiles, type RealNodeConfig } from './node-files.ts'
import { workloadImage } from './workload-image.ts'

const LOAD_MS = 300_000
const READY_MS = 180_000

/** What a node's programs are to the apiserver: the endpoint with the token of each. */
export interface NodeIdentities {
  readonly kubelet: Endpoint
  readonly proxy: Endpoint
}

/** A node with a kubelet, containerd, runc and kube-proxy. One supervised process: its end is the end of all of it. */
export class RealNode {
  readonly name: string
  readonly process: SupervisedProcess
  readonly #config: RealNodeConfig
  readonly #binaries: Binaries

  constructor(config: RealNodeConfig, process: SupervisedProcess, binaries: Binaries) {
    this.name = config.name
    this.process = process
    this.#config = config
    this.#binaries = binaries
  }

  /** Puts the images of an archive (OCI or Docker) into the node, by the names they have there. */
  async loadImages(archive: string): Promise<void> {
    await this.#ctr('images', 'import', '--no-unpack=false', archive)
  }

  /** The logs of its programs. */
  logFile(program: 'kubelet' | 'containerd' | 'kube-proxy'): string {
    return join(this.#config.directory, `${program}.log`)
  }

  async #ctr(...args: string[]): Promise<string> {
    const where = ['--address', containerdSocket(this.#config), '--namespace', 'k8s.io']
    return run(this.#binaries.path('ctr'), [...where, ...args], { timeoutMs: LOAD_MS })
  }

  /** Resolves when its containerd answers. */
  async awaitRuntime(): Promise<void> {
    const hopeless = (): string | undefined => this.process.whyNotRunning()
    const answers = async (): Promise<string> => this.#ctr('version')
    await waitFor(answers, { until: `containerd of ${this.name}`, timeoutMs: READY_MS, everyMs: 100, hopeless })
  }
}

/** Starts a node. It is not Ready yet, but takes images. */
export async function launchRealNode(
  config: RealNodeConfig,
  identities: NodeIdentities,
  { supervisor, binaries }: { readonly supervisor: Supervisor; readonly binaries: Binaries },
): Promise<RealNode> {
  const image = await workloadImage(binaries)
  writeNodeFiles(config, identities, binaries)
  supervisor.atEnd(['sh', join(import.meta.dirname, 'end-node.sh'), config.cgroup, config.link])
  const process = supervisor.declare({
    name: `${config.cgroup}/node`,
    command: 'sh',
    args: [join(import.meta.dirname, 'start-node.sh')],
    env: nodeEnvironment(config, binaries),
    logFile: join(config.directory, 'node.log'),
  })
  process.start()
  const node = new RealNode(config, process, binaries)
  await node.awaitRuntime()
  await node.loadImages(image)
  return node
}

function writeNodeFiles(config: RealNodeConfig, { kubelet, proxy }: NodeIdentities, binaries: Binaries): void {
  const paths = {
    networkPlugins: dirname(binaries.path('bridge')),
    runc: binaries.path('runc'),
  }
  const files = {
    ...nodeFiles(config, paths),
    'kubelet.kubeconfig': renderKubeconfig('cluster', kubelet),
    'kube-proxy.kubeconfig': renderKubeconfig('cluster', proxy),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(config.directory, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o600 })
  }
}

function nodeEnvironment(config: RealNodeConfig, binaries: Binaries): Readonly<Record<string, string>> {
  return {
    NODE_NAME: config.name,
    NODE_DIRECTORY: config.directory,
    NODE_ADDRESS: config.address,
    NODE_GATEWAY: config.gateway,
    NODE_BRIDGE: config.bridge,
    NODE_LINK: config.link,
    NODE_PODS: config.podCidr,
    NODE_PEERS: config.peers.map(({ podCidr, address }) => `${podCidr}=${address}`).join(' '),
    NODE_CGROUP: config.cgroup,
    KUBELET: binaries.path('kubelet'),
    KUBE_PROXY: binaries.path('kube-proxy'),
    CONTAINERD: binaries.path('containerd'),
    PATH: `${dirname(binaries.path('containerd-shim-runc-v2'))}:${process.env['PATH'] ?? ''}`,
  }
}
