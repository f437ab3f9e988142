import type { ControlPlane } from './controlplane/control-plane.ts'
import { CallError } from './controlplane/rest.ts'
import { waitFor } from './controlplane/wait.ts'

/** Generous: the machine that runs the tests may be busy. A wait ends as soon as what it waits for is there. */
const PATIENCE_MS = 120_000

/** An object as the tests read it: plain JSON of which they know the shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads fields of many kinds; a wrong path fails its assertion.
export type AnyObject = any

/** Where an object is: `default` when no namespace is given. */
export interface Place {
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

/** Paths of the kinds that tests look at, by the names that kubectl takes. Asking the server itself costs less than kubectl. */
const PATHS: Readonly<Record<string, (namespace: string) => string>> = {
  deployment: namespace => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  statefulset: namespace => `/apis/apps/v1/namespaces/${namespace}/statefulsets`,
  daemonset: namespace => `/apis/apps/v1/namespaces/${namespace}/daemonsets`,
  job: namespace => `/apis/batch/v1/namespaces/${namespace}/jobs`,
  cronjob: namespace => `/apis/batch/v1/namespaces/${namespace}/cronjobs`,
  ingress: namespace => `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`,
  pdb: namespace => `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`,
  service: namespace => `/api/v1/namespaces/${namespace}/services`,
  configmap: namespace => `/api/v1/namespaces/${namespace}/configmaps`,
  serviceaccount: namespace => `/api/v1/namespaces/${namespace}/serviceaccounts`,
  secret: namespace => `/api/v1/namespaces/${namespace}/secrets`,
  persistentvolumeclaim: namespace => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
  endpointslice: namespace => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
  propagationpolicy: namespace => `/apis/policy.karmada.io/v1alpha1/namespaces/${namespace}/propagationpolicies`,
  work: namespace => `/apis/work.karmada.io/v1alpha1/namespaces/${namespace}/works`,
  rb: namespace => `/apis/work.karmada.io/v1alpha2/namespaces/${namespace}/resourcebindings`,
  crb: () => '/apis/work.karmada.io/v1alpha2/clusterresourcebindings',
  priorityclass: () => '/apis/scheduling.k8s.io/v1/priorityclasses',
  clusterrole: () => '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  namespace: () => '/api/v1/namespaces',
  cluster: () => '/apis/cluster.karmada.io/v1alpha1/clusters',
  lamp: namespace => `/apis/example.com/v1/namespaces/${namespace}/lamps`,
  gadget: namespace => `/apis/example.com/v1/namespaces/${namespace}/gadgets`,
  renderfarm: namespace => `/apis/example.com/v1/namespaces/${namespace}/renderfarms`,
}

/** Reads an object of a cluster. @returns undefined when it is not there. @throws for a kind without a path. */
export async function readObject(
  cluster: ControlPlane,
  { kind, name, namespace = 'default' }: Place,
): Promise<AnyObject> {
  const path = PATHS[kind]
  if (path === undefined) throw new Error(`no path for the kind ${kind}: add it to PATHS`)
  try {
    return await cluster.request(`${path(namespace)}/${name}`)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}

/** The same for an object of the namespace `default`, or one that has none. */
export function read(cluster: ControlPlane, kind: string, name: string): Promise<AnyObject> {
  return readObject(cluster, { kind, name })
}

/** Applies objects as a user would, with kubectl. */
export async function apply(cluster: ControlPlane, ...objects: readonly object[]): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
}

/** Waits until `look` gives something other than undefined and false. */
export function eventually<T>(until: string, look: () => Promise<T | undefined | false>): Promise<T> {
  return waitFor(
    async () => {
      const found = await look()
      return found === false ? undefined : found
    },
    { until, timeoutMs: PATIENCE_MS, everyMs: 300 },
  )
}

/** Waits until an object is as wanted in each of the clusters. */
export async function everywhere(
  clusters: readonly ControlPlane[],
  look: Place,
  wanted: (object: AnyObject) => boolean,
): Promise<readonly AnyObject[]> {
  const { kind, name } = look
  return Promise.all(
    clusters.map(cluster =>
      eventually(`${kind} ${name} in ${cluster.name} is as wanted`, async () => {
        const object = await readObject(cluster, look)
        return object !== undefined && wanted(object) ? object : undefined
      }),
    ),
  )
}

/** Waits until an object is gone from each of the clusters. */
export async function nowhere(clusters: readonly ControlPlane[], look: Place): Promise<void> {
  const { kind, name } = look
  await Promise.all(
    clusters.map(cluster =>
      eventually(`${kind} ${name} is gone from ${cluster.name}`, async () => {
        return (await readObject(cluster, look)) === undefined
      }),
    ),
  )
}
