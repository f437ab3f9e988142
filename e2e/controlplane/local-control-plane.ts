import { generateKeyPairSync } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteSecret } from '../secrecy/canaries.ts'
import { type Binaries, ensureBinaries } from './binaries.ts'
import { run } from './command.ts'
import {
  CLUSTER_USERS,
  type ClusterConfig,
  componentSpec,
  kubeconfigFile,
  logFile,
  processName,
  renderTokens,
} from './components.ts'
import type { Component, ControlPlane, Kubeconfig, NodeGroup, ServiceAccountIdentity } from './control-plane.ts'
import { renderKubeconfig } from './kubeconfig.ts'
import { addNodes } from './nodes.ts'
import type { RealNode } from './real-node/real-node.ts'
import { parseRequestCounts, type RequestCount } from './request-counts.ts'
import { type Call, call, callJson, type Endpoint } from './rest.ts'
import { requestToken } from './service-account.ts'
import type { SupervisedProcess, Supervisor } from './supervisor.ts'
import { waitFor } from './wait.ts'

/** A machine that is busy compiling needs half a minute for what takes three seconds when idle. */
const READY_MS = 300_000
/** Longer than kubectl is told to wait for anything. */
const KUBECTL_MS = 150_000

/** Writes the keys of a new cluster, declares its processes and starts them; resolves when it can be used. */
export async function launchCluster(
  config: ClusterConfig,
  supervisor: Supervisor,
  binaries: Binaries,
): Promise<LocalControlPlane> {
  mkdirSync(config.directory, { recursive: true, mode: 0o700 })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'sec1', format: 'pem' })
  noteSecret(`the key that signs tokens of ${config.name}`, String(pem))
  writeFileSync(join(config.directory, 'service-account.key'), pem, { mode: 0o600 })
  writeFileSync(join(config.directory, 'tokens.csv'), renderTokens(config), { mode: 0o600 })
  for (const component of config.components) supervisor.declare(componentSpec(config, component, binaries))
  const cluster = new LocalControlPlane(config, supervisor, binaries)
  await cluster.start()
  return cluster
}

/** A cluster of processes on this machine. */
export class LocalControlPlane implements ControlPlane {
  readonly name: string
  readonly kubeconfigPath: string
  readonly #config: ClusterConfig
  readonly #supervisor: Supervisor
  readonly #binaries: Binaries
  #realNodes: readonly RealNode[] = []

  constructor(config: ClusterConfig, supervisor: Supervisor, binaries: Binaries) {
    this.name = config.name
    this.kubeconfigPath = kubeconfigFile(config, 'admin')
    this.#config = config
    this.#supervisor = supervisor
    this.#binaries = binaries
  }

  get config(): ClusterConfig {
    return this.#config
  }

  get realNodes(): readonly RealNode[] {
    return this.#realNodes
  }

  /** Takes nodes that were started for it; `loadImages` reaches them from now on. */
  adopt(realNodes: readonly RealNode[]): void {
    this.#realNodes = [...this.#realNodes, ...realNodes]
  }

  endpointOf(token: string): Endpoint {
    const ca = readFileSync(this.#certificateFile, 'utf8')
    return { url: `https://${this.#config.address}:${this.#config.port}`, ca, token }
  }

  get endpoint(): Endpoint {
    return this.endpointOf(this.#config.tokens.admin)
  }

  get kubeconfig(): string {
    return renderKubeconfig(this.name, this.endpoint)
  }

  async kubeconfigFor(identity: ServiceAccountIdentity): Promise<Kubeconfig> {
    const endpoint = this.endpointOf(await requestToken(this.endpoint, identity))
    const text = renderKubeconfig(this.name, endpoint, identity.namespace)
    const path = join(this.#config.directory, `${identity.namespace}.${identity.serviceAccount}.kubeconfig`)
    writeFileSync(path, text, { mode: 0o600 })
    return { ...endpoint, path, text }
  }

  async start(component?: Component): Promise<void> {
    if (component === undefined || component === 'apiserver') await this.#startApiserver()
    for (const other of this.#chosen(component)) this.#process(other).start()
    if (this.#chosen(component).includes('controller-manager')) await this.#accountsAppear()
  }

  async stop(component?: Component): Promise<void> {
    await Promise.all(this.#chosen(component).map(chosen => this.#process(chosen).stop()))
  }

  async kill(component?: Component): Promise<void> {
    await Promise.all(this.#chosen(component).map(chosen => this.#process(chosen).kill()))
  }

  async restart(component?: Component): Promise<void> {
    await this.stop(component)
    await this.start(component)
  }

  async restartWithFlags(apiserverFlags: readonly string[]): Promise<void> {
    await this.stop('apiserver')
    this.#supervisor.declare(componentSpec({ ...this.#config, apiserverFlags }, 'apiserver', this.#binaries))
    await this.start('apiserver')
  }

  async pause(component?: Component): Promise<void> {
    for (const chosen of this.#chosen(component)) this.#process(chosen).pause()
  }

  async resume(component?: Component): Promise<void> {
    for (const chosen of this.#chosen(component)) this.#process(chosen).resume()
  }

  isRunning(component?: Component): boolean {
    return this.#chosen(component).every(chosen => this.#process(chosen).running)
  }

  async addNodes(group: NodeGroup): Promise<readonly string[]> {
    if (!this.#config.components.includes('kwok'))
      throw new Error(`${this.name} runs no kwok: nodes would never be Ready`)
    return addNodes(this.endpoint, group)
  }

  async loadImages(archive: string): Promise<void> {
    if (this.#realNodes.length === 0) throw new Error(`${this.name} has no node that runs images`)
    await Promise.all(this.#realNodes.map(node => node.loadImages(archive)))
  }

  kubectl(args: readonly string[], input?: string): Promise<string> {
    const env = { KUBECONFIG: this.kubeconfigPath, KUBECACHEDIR: join(this.#config.directory, 'kubectl-cache') }
    return run(this.#binaries.path('kubectl'), args, { env, input, timeoutMs: KUBECTL_MS })
  }

  async helm(args: readonly string[], input?: string): Promise<string> {
    // Few fleets need it: it is looked for, or compiled, when it is.
    const program = (await ensureBinaries(['helm'])).path('helm')
    const home = join(this.#config.directory, 'helm')
    const homes = { HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home }
    return run(program, args, { env: { KUBECONFIG: this.kubeconfigPath, ...homes }, input })
  }

  request(path: string, options?: Call): Promise<unknown> {
    return callJson(this.endpoint, path, options)
  }

  async requestCounts(): Promise<readonly RequestCount[]> {
    return parseRequestCounts(await call(this.endpoint, '/metrics', { timeoutMs: 30_000 }))
  }

  logFile(component: Component): string {
    return logFile(this.#config, component)
  }

  cpuSeconds(component: Component): number {
    return this.#process(component).cpuSeconds()
  }

  rssBytes(component: Component): number {
    return this.#process(component).rssBytes()
  }

  #chosen(component: Component | undefined): readonly Component[] {
    return component === undefined ? this.#config.components : [component]
  }

  #process(component: Component): SupervisedProcess {
    return this.#supervisor.get(processName(this.#config, component))
  }

  /** The apiserver's own certificate is followed by the CA that signed it: this file is the trust anchor. */
  get #certificateFile(): string {
    return join(this.#config.directory, 'certificates', 'apiserver.crt')
  }

  async #startApiserver(): Promise<void> {
    const apiserver = this.#process('apiserver')
    apiserver.start()
    const ready = async (): Promise<true | undefined> => {
      if (!existsSync(this.#certificateFile)) return undefined
      return (await call(this.endpoint, '/readyz', { timeoutMs: 15_000 })) === 'ok' || undefined
    }
    const hopeless = (): string | undefined => apiserver.whyNotRunning()
    await waitFor(ready, { until: `${this.name} ready`, timeoutMs: READY_MS, everyMs: 100, hopeless })
    for (const user of CLUSTER_USERS) {
      const text = renderKubeconfig(this.name, this.endpointOf(this.#config.tokens[user]))
      writeFileSync(kubeconfigFile(this.#config, user), text, { mode: 0o600 })
    }
  }

  async #accountsAppear(): Promise<void> {
    const path = '/api/v1/namespaces/default/serviceaccounts/default'
    const hopeless = (): string | undefined => this.#process('controller-manager').whyNotRunning()
    const look = (): Promise<unknown> => this.request(path)
    await waitFor(look, { until: `controllers of ${this.name}`, timeoutMs: READY_MS, everyMs: 100, hopeless })
  }
}
