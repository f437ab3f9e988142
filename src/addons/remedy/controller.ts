import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, REMEDY } from '../../api/kinds.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Cluster, Remedy } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { newRemedyReconciler, type RemedyReconcilerDeps } from './reconciler.ts'

export interface RemedyDeps extends RemedyReconcilerDeps {
  readonly clusters: Informer<Cluster>
  readonly remedies: Informer<Remedy>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: REMEDY, verbs: READ },
  { on: CLUSTER, verbs: READ },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
]

/**
 * Tells by each Cluster which actions its Remedies ask for; other programs act on them.
 *
 * @returns ends it.
 */
export function startRemedies(deps: RemedyDeps): () => Promise<void> {
  const controller = deps.newController({ name: 'remedy', concurrency: 4, reconcile: newRemedyReconciler(deps) })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  controller.watch({
    informer: deps.remedies,
    keysOf: () => deps.clusters.list().map(cluster => cluster.metadata.name),
  })
  controller.start()
  return () => controller.stop()
}

/** What a user takes out of the list comes back as well. */
function isNews(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  return !deepEqual(relevant(change.object), relevant(change.previous))
}

function relevant({ status }: Cluster) {
  const conditions = status?.conditions?.map(condition => [condition.type, condition.status])
  return { conditions, actions: status?.remedyActions }
}
