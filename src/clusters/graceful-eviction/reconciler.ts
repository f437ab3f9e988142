import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { parseKey } from '../../object/object-key.ts'
import type { Placer } from '../../rendering/placer.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { MovedBinding } from '../leave-clusters.ts'
import { withReturns } from '../moves.ts'
import { type BindingWriteDeps, writeBinding } from '../write-binding.ts'
import { type GracefulPlan, planGraceful } from './plan.ts'

export interface GracefulEvictionDeps extends BindingWriteDeps {
  readonly works: Pick<Lister<Work>, 'byIndex'>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly clusters: Lister<Cluster>
  readonly placer: Pick<Placer, 'place'>
  readonly clock: Clock
  readonly gracePeriodSeconds: number
}

/**
 * Binding → without the graceful eviction tasks that are done (spec/behaviour/clusters.md §5). A cluster that may be used again by
 * then, as one where every target has a copy, becomes a target in the same write: its copy stays.
 */
export function newGracefulEvictionReconciler(deps: GracefulEvictionDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    const tasks = binding?.spec.gracefulEvictionTasks ?? []
    if (binding === undefined || tasks.length === 0 || binding.metadata.deletionTimestamp !== undefined)
      return awaitChange()
    const plan = observeAndPlan(deps, binding)
    if (plan.tasks !== tasks) await writeBinding(deps, { before: binding, after: release(deps, binding, plan) }, signal)
    return plan.nextMs === undefined ? awaitChange() : requeueAfter(plan.nextMs - deps.clock.nowMs())
  }
}

function observeAndPlan(deps: GracefulEvictionDeps, binding: Binding): GracefulPlan {
  const { clock, clusters, gracePeriodSeconds } = deps
  const permanentId = binding.metadata.labels?.[deps.kind.permanentIdLabel] ?? ''
  return planGraceful({
    binding,
    works: deps.works.byIndex(deps.byBinding, permanentId),
    getCluster: name => clusters.get({ namespace: '', name }),
    ...{ gracePeriodSeconds, nowMs: clock.nowMs(), now: timestamp(clock) },
  })
}

function release({ placer, clock }: GracefulEvictionDeps, binding: Binding, plan: GracefulPlan): MovedBinding {
  const released = { ...binding, spec: { ...binding.spec, gracefulEvictionTasks: plan.tasks } }
  if (plan.released.length === 0) return { binding: released, placed: undefined }
  const placed = placer.place(released)
  const next = withReturns(placed?.binding ?? released, { at: timestamp(clock), by: 'Placement' })
  return { binding: next, placed }
}
