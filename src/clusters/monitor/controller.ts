import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, LEASE } from '../../api/kinds.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { type MonitorReconcilerDeps, newMonitorReconciler } from './reconciler.ts'

export interface MonitorDeps extends MonitorReconcilerDeps {
  readonly clusters: Informer<Cluster>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: READ },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
  { on: LEASE, within: 'clusters', verbs: READ },
]

/**
 * Looks now and then whether the agents of Pull clusters are alive.
 *
 * @returns ends it.
 */
export function startMonitor(deps: MonitorDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'cluster-monitor',
    concurrency: 16,
    reconcile: newMonitorReconciler(deps),
  })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  controller.start()
  return () => controller.stop()
}

/** The rest comes with time. */
function isNews(change: Change<Cluster>): boolean {
  return change.type !== 'updated' || change.object.spec.syncMode !== change.previous.spec.syncMode
}
