import type { RequestCount } from './request-counts.ts'
import type { Call, Endpoint } from './rest.ts'

/** The processes of one cluster. Its etcd belongs to the fleet. */
export const COMPONENTS = ['apiserver', 'controller-manager', 'scheduler', 'kwok'] as const

export type Component = (typeof COMPONENTS)[number]

/** Fake nodes of one size. */
export interface NodeGroup {
  readonly count: number
  /** Quantity, default `32`. */
  readonly cpu?: string
  /** Quantity, default `128Gi`. */
  readonly memory?: string
  /** How many pods a node takes, default 110 as a real kubelet. */
  readonly pods?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
  /** Nodes are called `<prefix>-<n>`, counted on from those that exist; default `node`. */
  readonly prefix?: string
}

/** A ServiceAccount to act as; it is created when it is missing. */
export interface ServiceAccountIdentity {
  readonly serviceAccount: string
  readonly namespace: string
  /** Bound to it for the whole cluster when given, e.g. `cluster-admin`. */
  readonly clusterRole?: string
  /** Lifetime of the token, at least 600, default 86400. */
  readonly expirationSeconds?: number
}

/** A kubeconfig with one context. */
export interface Kubeconfig extends Endpoint {
  readonly path: string
  /** The file's contents: YAML. */
  readonly text: string
}

/**
 * One running Kubernetes cluster. Methods that take a component act on the whole cluster when it is left out; those a
 * provider cannot do throw an error that says so.
 */
export interface ControlPlane {
  readonly name: string
  /** The apiserver, with an administrator's token where the provider has one. */
  readonly endpoint: Endpoint
  /** An administrator's kubeconfig. */
  readonly kubeconfigPath: string
  /** Its contents. */
  readonly kubeconfig: string
  /** A kubeconfig for a ServiceAccount, its token from the TokenRequest API. */
  kubeconfigFor(identity: ServiceAccountIdentity): Promise<Kubeconfig>

  /** Starts what is not running; resolves when the apiserver is ready. */
  start(component?: Component): Promise<void>
  /** Orderly end (SIGTERM, after 10 s SIGKILL). */
  stop(component?: Component): Promise<void>
  /** SIGKILL. */
  kill(component?: Component): Promise<void>
  /** Stop, then start on the same port with the same data. */
  restart(component?: Component): Promise<void>
  /** The same for the apiserver, with these flags instead of those that `apiserverFlags` gave it. */
  restartWithFlags(apiserverFlags: readonly string[]): Promise<void>
  /** SIGSTOP: connections stay open and nobody answers. */
  pause(component?: Component): Promise<void>
  /** SIGCONT. */
  resume(component?: Component): Promise<void>
  isRunning(component?: Component): boolean

  /** Adds nodes and waits until they are Ready. @returns their names. */
  addNodes(group: NodeGroup): Promise<readonly string[]>
  /** Puts the images of an archive into every node that has a kubelet. */
  loadImages(archive: string): Promise<void>
  /** Runs kubectl as administrator. @returns its standard output. @throws with its standard error. */
  kubectl(args: readonly string[], input?: string): Promise<string>
  /** Runs helm as administrator. @returns its standard output. @throws with its standard error. */
  helm(args: readonly string[], input?: string): Promise<string>
  /** One request as administrator. @returns the JSON answer. @throws CallError for 400 and above. */
  request(path: string, options?: Call): Promise<unknown>
  /** Requests answered since the apiserver started (this one not yet among them); see subtractRequestCounts. */
  requestCounts(): Promise<readonly RequestCount[]>

  logFile(component: Component): string
  /** CPU time of a component since it started, in seconds. */
  cpuSeconds(component: Component): number
  /** Resident memory of a component, in bytes. */
  rssBytes(component: Component): number
}
