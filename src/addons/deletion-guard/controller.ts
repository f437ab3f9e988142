import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, NAMESPACE, RESOURCE_BINDING, type Resource, WORK } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace, executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { isGuarded } from './plan.ts'
import { newGuardReconciler } from './reconciler.ts'

export interface DeletionGuardDeps {
  readonly host: Pick<Client, 'patch'>
  readonly namespaces: Informer
  readonly clusters: Informer
  /** The namespaced bindings: each stands for a template in its namespace. */
  readonly bindings: Informer
  readonly works: Informer
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  ...[NAMESPACE, CLUSTER].map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  ...[RESOURCE_BINDING, WORK].map(on => ({ on, verbs: READ })),
]

/**
 * Tells the apiserver of Namespaces and Clusters that are protected while they are in use, whether they are: a Namespace
 * while templates in it have bindings, a Cluster while it has Works (registration/policies/in-use-protection.ts).
 *
 * @returns ends it.
 */
export function startDeletionGuard(deps: DeletionGuardDeps): () => Promise<void> {
  const { namespaces, clusters, bindings, works } = deps
  const stops = [
    guardKind(deps, { resource: NAMESPACE, objects: namespaces, users: bindings, homeOf: name => name, ownerOf }),
    guardKind(deps, {
      resource: CLUSTER,
      objects: clusters,
      users: works,
      homeOf: executionNamespace,
      ownerOf: work => clusterOfExecutionNamespace(ownerOf(work)),
    }),
  ]
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

const ownerOf = ({ metadata }: KubeObject): string => metadata.namespace ?? ''

interface Guard {
  readonly resource: Resource
  readonly objects: Informer
  /** What uses the objects. */
  readonly users: Informer
  /** The namespace of those that use the object of a name, and the way back. */
  readonly homeOf: (name: string) => string
  readonly ownerOf: (user: KubeObject) => string | undefined
}

function guardKind(deps: DeletionGuardDeps, guard: Guard): () => Promise<void> {
  const { resource, objects, users, homeOf } = guard
  const isInUse = (name: string): boolean => users.list(homeOf(name)).length > 0
  const controller = deps.newController({
    name: 'deletion-guard',
    concurrency: 1,
    logFields: { kind: resource.kind },
    reconcile: newGuardReconciler({ host: deps.host, guarded: { resource, objects, isInUse } }),
  })
  controller.watch({
    informer: objects,
    keysOf: ({ type, object }) => (type === 'deleted' ? [] : [object.metadata.name]),
  })
  controller.watch({ informer: users, keysOf: change => guardedOwner(guard, change) })
  controller.start()
  return () => controller.stop()
}

/** Uses come and go by the thousand: only those of guarded objects are looked at. */
function guardedOwner({ objects, ownerOf }: Guard, { type, object }: Change): readonly string[] {
  if (type === 'updated') return []
  const name = ownerOf(object)
  const owner = name === undefined ? undefined : objects.get({ namespace: '', name })
  return owner !== undefined && isGuarded(owner) ? [owner.metadata.name] : []
}
