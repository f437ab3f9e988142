import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { run } from './command.ts'
import type { Component, ControlPlane, Kubeconfig, ServiceAccountIdentity } from './control-plane.ts'
import { renderKubeconfig } from './kubeconfig.ts'
import { parseRequestCounts, type RequestCount } from './request-counts.ts'
import { type Call, call, callJson, type Endpoint } from './rest.ts'
import { requestToken } from './service-account.ts'
import { waitFor } from './wait.ts'

/** What a kind cluster is called, and where its files are. */
export interface KindConfig {
  /** Within the fleet. */
  readonly name: string
  /** As kind knows it: unique on the machine. */
  readonly kindName: string
  readonly directory: string
  /** The engine's CLI. */
  readonly engine: 'docker' | 'podman'
}

const CREATE_MS = 10 * 60_000
const READY_MS = 120_000

/** The administrator: kind gives a client certificate, the harness speaks with tokens. */
const ADMIN = { namespace: 'kube-system', serviceAccount: 'fleet-admin', clusterRole: 'cluster-admin' }

/** Makes a cluster of one node and a token for its administrator. */
export async function createKindCluster(config: KindConfig): Promise<KindControlPlane> {
  mkdirSync(config.directory, { recursive: true, mode: 0o700 })
  const kubeconfig = kubeconfigPath(config)
  const args = ['create', 'cluster', '--name', config.kindName, '--kubeconfig', kubeconfig, '--wait', '120s']
  await run('kind', args, { timeoutMs: CREATE_MS })
  const kubectl = (...command: string[]): Promise<string> => run('kubectl', ['--kubeconfig', kubeconfig, ...command])
  await kubectl('-n', ADMIN.namespace, 'create', 'serviceaccount', ADMIN.serviceAccount)
  const subject = `--serviceaccount=${ADMIN.namespace}:${ADMIN.serviceAccount}`
  await kubectl('create', 'clusterrolebinding', ADMIN.serviceAccount, '--clusterrole=cluster-admin', subject)
  const token = await kubectl('-n', ADMIN.namespace, 'create', 'token', ADMIN.serviceAccount, '--duration=240h')
  writeFileSync(tokenPath(config), token.trim(), { mode: 0o600 })
  return new KindControlPlane(config)
}

/** A cluster that kind made. Its processes live in one container: whole-cluster actions act on that. */
export class KindControlPlane implements ControlPlane {
  readonly name: string
  readonly kubeconfigPath: string
  readonly #config: KindConfig

  constructor(config: KindConfig) {
    this.name = config.name
    this.kubeconfigPath = kubeconfigPath(config)
    this.#config = config
  }

  get config(): KindConfig {
    return this.#config
  }

  get endpoint(): Endpoint {
    const { url, ca } = parseCluster(this.kubeconfig)
    return { url, ca, token: readFileSync(tokenPath(this.#config), 'utf8') }
  }

  get kubeconfig(): string {
    return readFileSync(this.kubeconfigPath, 'utf8')
  }

  async kubeconfigFor(identity: ServiceAccountIdentity): Promise<Kubeconfig> {
    const endpoint = { ...this.endpoint, token: await requestToken(this.endpoint, identity) }
    const text = renderKubeconfig(this.name, endpoint, identity.namespace)
    const path = join(this.#config.directory, `${identity.namespace}.${identity.serviceAccount}.kubeconfig`)
    writeFileSync(path, text, { mode: 0o600 })
    return { ...endpoint, path, text }
  }

  async start(component?: Component): Promise<void> {
    await this.#engine('start', component)
    const ready = async (): Promise<true | undefined> => (await call(this.endpoint, '/readyz')) === 'ok' || undefined
    await waitFor(ready, { until: `${this.name} ready`, timeoutMs: READY_MS, everyMs: 250 })
  }

  stop(component?: Component): Promise<void> {
    return this.#engine('stop', component)
  }

  kill(component?: Component): Promise<void> {
    return this.#engine('kill', component)
  }

  async restart(component?: Component): Promise<void> {
    await this.stop(component)
    await this.start(component)
  }

  async restartWithFlags(): Promise<void> {
    throw unsupported('other flags of the apiserver')
  }

  pause(component?: Component): Promise<void> {
    return this.#engine('pause', component)
  }

  resume(component?: Component): Promise<void> {
    return this.#engine('unpause', component)
  }

  isRunning(component?: Component): boolean {
    if (component !== undefined) throw unsupported(`the state of ${component} alone`)
    const args = ['inspect', '-f', '{{.State.Running}}', this.#container]
    return spawnSync(this.#config.engine, args, { encoding: 'utf8' }).stdout?.trim() === 'true'
  }

  async addNodes(): Promise<readonly string[]> {
    throw unsupported('fake nodes')
  }

  kubectl(args: readonly string[], input?: string): Promise<string> {
    return run('kubectl', args, { env: { KUBECONFIG: this.kubeconfigPath }, input })
  }

  async loadImages(archive: string): Promise<void> {
    await run('kind', ['load', 'image-archive', archive, '--name', this.#config.kindName], { timeoutMs: CREATE_MS })
  }

  helm(args: readonly string[], input?: string): Promise<string> {
    return run('helm', args, { env: { KUBECONFIG: this.kubeconfigPath }, input })
  }

  request(path: string, options?: Call): Promise<unknown> {
    return callJson(this.endpoint, path, options)
  }

  async requestCounts(): Promise<readonly RequestCount[]> {
    return parseRequestCounts(await call(this.endpoint, '/metrics', { timeoutMs: 30_000 }))
  }

  /** Deletes the cluster with its container. */
  async delete(): Promise<void> {
    await run('kind', ['delete', 'cluster', '--name', this.#config.kindName, '--kubeconfig', this.kubeconfigPath])
  }

  logFile(): string {
    throw unsupported('log files; use `kind export logs`')
  }

  cpuSeconds(): number {
    throw unsupported('CPU time of a component')
  }

  rssBytes(): number {
    throw unsupported('memory of a component')
  }

  get #container(): string {
    return `${this.#config.kindName}-control-plane`
  }

  async #engine(verb: string, component: Component | undefined): Promise<void> {
    if (component !== undefined) throw unsupported(`${verb} of ${component} alone`)
    await run(this.#config.engine, [verb, this.#container])
  }
}

function unsupported(what: string): Error {
  return new Error(`the kind provider has no ${what}; run with CLUSTER_PROVIDER=local`)
}

function kubeconfigPath({ directory }: KindConfig): string {
  return join(directory, 'admin.kubeconfig')
}

function tokenPath({ directory }: KindConfig): string {
  return join(directory, 'admin.token')
}

/** @returns the apiserver's address and CA out of a kubeconfig that kind wrote. */
export function parseCluster(kubeconfig: string): Pick<Endpoint, 'url' | 'ca'> {
  const config = parse(kubeconfig) as {
    readonly clusters?: readonly { readonly cluster: Readonly<Record<string, string>> }[]
  }
  const cluster = config.clusters?.[0]?.cluster
  const url = cluster?.['server']
  const data = cluster?.['certificate-authority-data']
  if (url === undefined || data === undefined) throw new Error('the kubeconfig names no cluster with a CA')
  return { url, ca: Buffer.from(data, 'base64').toString('utf8') }
}
