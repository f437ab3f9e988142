import { clusterOfExecutionNamespace } from '../../api/names.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { newClusterReconciler, type RegistrationDeps } from './reconciler.ts'

export interface RegistrationControllerDeps extends Omit<RegistrationDeps, 'secrets'> {
  /** The namespaces that spec.secretRef may point into, with a watch cache of the Secrets of each. */
  readonly secrets: ReadonlyMap<string, Informer>
  readonly newController: (options: ControllerOptions) => Controller
  /** Clusters side by side; nothing here waits for a member. */
  readonly concurrency: number
}

/**
 * Registers, connects, taints and removes clusters. It is the only one that fills `members`.
 * Host rules: clusters get, list, watch, patch; namespaces get, list, watch, create, patch, delete; secrets get, list,
 * watch in the permitted namespaces; works patch.
 */
export function startRegistration(deps: RegistrationControllerDeps): Controller {
  const controller = deps.newController({
    name: 'cluster',
    concurrency: deps.concurrency,
    reconcile: newClusterReconciler(deps),
  })
  controller.watch({ informer: deps.clusters, keysOf: ({ object }) => [object.metadata.name] })
  controller.watch({ informer: deps.namespaces, keysOf: clusterOfNamespace })
  for (const informer of deps.secrets.values()) {
    controller.watch({ informer, keysOf: ({ object }) => clustersNaming(deps.clusters, object) })
  }
  controller.start()
  return controller
}

/** An execution namespace that vanished, or lost its label. */
function clusterOfNamespace(change: Change): readonly string[] {
  const cluster = clusterOfExecutionNamespace(change.object.metadata.name)
  const matters = change.type !== 'added' && cluster !== undefined
  return matters ? [cluster] : []
}

function clustersNaming(clusters: Lister<Cluster>, { metadata }: KubeObject): readonly string[] {
  const names = ({ spec }: Cluster): boolean =>
    spec.secretRef?.name === metadata.name && spec.secretRef.namespace === metadata.namespace
  return clusters.list().flatMap(cluster => (names(cluster) ? [cluster.metadata.name] : []))
}
