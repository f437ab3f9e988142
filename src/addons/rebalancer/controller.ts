import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, WORKLOAD_REBALANCER } from '../../api/kinds.ts'
import type { WorkloadRebalancer } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { newRebalancerReconciler, type RebalancerReconcilerDeps } from './reconciler.ts'

export interface RebalancerDeps extends RebalancerReconcilerDeps {
  readonly rebalancers: Informer<WorkloadRebalancer>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: WORKLOAD_REBALANCER, verbs: [...READ, 'delete'] },
  { on: WORKLOAD_REBALANCER, subresource: 'status', verbs: ['patch'] },
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
]

/**
 * Tells bindings that their workloads are to be placed afresh.
 *
 * @returns ends it.
 */
export function startRebalancer(deps: RebalancerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'rebalancer',
    concurrency: 4,
    reconcile: newRebalancerReconciler(deps),
  })
  controller.watch({
    informer: deps.rebalancers,
    keysOf: change => (isNews(change) ? [change.object.metadata.name] : []),
  })
  controller.start()
  return () => controller.stop()
}

/** Its status is written by this controller only. */
function isNews(change: Change<WorkloadRebalancer>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  return change.object.metadata.generation !== change.previous.metadata.generation
}
