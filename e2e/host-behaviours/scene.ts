import { type AnyObject, apply, eventually } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError } from '../controlplane/rest.ts'

/** Something that any cluster does, and what is seen of it. */
export interface Behaviour {
  readonly name: string
  /** Does it in a namespace of its own. @returns what is compared with `want`. */
  readonly run: (scene: Scene) => Promise<object>
  readonly want: object
}

/** A namespace to play in. */
export interface Scene {
  readonly cluster: ControlPlane
  readonly namespace: string
  /** Applies objects there. */
  apply(...objects: readonly AnyObject[]): Promise<void>
  /** Runs kubectl there. */
  kubectl(...args: readonly string[]): Promise<string>
  /** Reads `<plural>` or `<plural>/<name>`; undefined when it is not there. */
  read(path: string): Promise<AnyObject>
  /** The items of a collection. */
  list(plural: string): Promise<readonly AnyObject[]>
  patch(path: string, body: object): Promise<AnyObject>
  /** Waits until `look` gives something. */
  until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T>
}

const GROUPS: Readonly<Record<string, string>> = {
  deployments: 'apis/apps/v1',
  replicasets: 'apis/apps/v1',
  statefulsets: 'apis/apps/v1',
  daemonsets: 'apis/apps/v1',
  controllerrevisions: 'apis/apps/v1',
  jobs: 'apis/batch/v1',
  cronjobs: 'apis/batch/v1',
  poddisruptionbudgets: 'apis/policy/v1',
  horizontalpodautoscalers: 'apis/autoscaling/v2',
  endpointslices: 'apis/discovery.k8s.io/v1',
}
/** Every collection that a behaviour may fill. */
export const PLURALS: readonly string[] = [...Object.keys(GROUPS), 'pods', 'services', 'configmaps', 'serviceaccounts']

export function newScene(cluster: ControlPlane, namespace: string): Scene {
  const pathOf = (path: string): string => {
    const [plural = ''] = path.split('/')
    return `/${GROUPS[plural] ?? 'api/v1'}/namespaces/${namespace}/${path}`
  }
  const scene: Scene = {
    cluster,
    namespace,
    apply: (...objects) =>
      apply(cluster, ...objects.map(object => ({ ...object, metadata: { ...object.metadata, namespace } }))),
    kubectl: (...args) => cluster.kubectl([...args, '-n', namespace]),
    read: async path => {
      try {
        return await cluster.request(pathOf(path))
      } catch (error) {
        if (error instanceof CallError && error.statusCode === 404) return undefined
        throw error
      }
    },
    list: async plural => (await scene.read(plural)).items,
    patch: (path, body) => cluster.request(pathOf(path), { method: 'PATCH', body }),
    until: (what, look) => eventually(`${namespace}: ${what}`, look),
  }
  return scene
}

const podSpec = { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'main:1' }] }

/** Fields of a workload called `web`. */
export function workload(more: object = {}, podMore: object = {}): object {
  return {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { ...podSpec, ...podMore } },
    ...more,
  }
}

/** An object called `web`, of a kind written as `<apiVersion> <kind>`. */
export function web(type: string, spec: object, metadata: object = {}): AnyObject {
  const [apiVersion, kind] = type.split(' ')
  return { apiVersion, kind, metadata: { name: 'web', ...metadata }, spec }
}

export const deployment = (replicas: number): AnyObject => web('apps/v1 Deployment', workload({ replicas }))
export const job = (more: object = {}, podMore: object = {}): AnyObject =>
  web('batch/v1 Job', { template: { spec: { ...podSpec, restartPolicy: 'Never', ...podMore } }, ...more })

/** Waits until a Deployment called `web` is as its spec says, with so many Pods. */
export async function rolledOut(scene: Scene, replicas: number): Promise<AnyObject> {
  return scene.until(`${replicas} replicas`, async () => {
    const { metadata, spec, status = {} } = await scene.read('deployments/web')
    const isDone =
      status.observedGeneration === metadata.generation &&
      (status.replicas ?? 0) === replicas &&
      (status.updatedReplicas ?? 0) === replicas &&
      (status.availableReplicas ?? 0) === replicas
    return isDone && { metadata, spec, status }
  })
}

export const conditionOf = (object: AnyObject, type: string): AnyObject =>
  object?.status?.conditions?.find((each: AnyObject) => each.type === type)

export const isRunning = (pod: AnyObject): boolean =>
  pod.status.phase === 'Running' && pod.metadata.deletionTimestamp === undefined
