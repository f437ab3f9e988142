import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { parseKey } from '../../object/object-key.ts'
import { haltOf, withHalt } from '../../rendering/eviction-halt.ts'
import type { Placer } from '../../rendering/placer.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { EvictionMetrics } from '../../runtime/eviction-metrics.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { fleetOf } from '../brake.ts'
import type { FailoverSettings } from '../failover-settings.ts'
import { leaveClusters, type MovedBinding } from '../leave-clusters.ts'
import { type BindingWriteDeps, writeBinding } from '../write-binding.ts'
import type { Pace } from './pace.ts'
import { type EvictionPlan, planEviction } from './plan.ts'

export interface EvictionDeps extends BindingWriteDeps {
  readonly clusters: Lister<Cluster>
  readonly placer: Pick<Placer, 'place'>
  readonly clock: Clock
  readonly pace: Pace
  readonly metrics: EvictionMetrics
  readonly settings: FailoverSettings
}

/**
 * Binding → without the clusters whose NoExecute taints it does not tolerate (any more), and with what takes their place, in
 * one write (spec/behaviour/clusters.md §4).
 */
export function newEvictionReconciler(deps: EvictionDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) {
      deps.pace.cancel(key)
      return awaitChange()
    }
    const plan = observeAndPlan(deps, binding)
    const waitMs = plan.departures.length > 0 ? deps.pace.waitMs(key) : 0
    if (waitMs === undefined) return awaitChange()
    if (waitMs > 0) return requeueAfter(waitMs)
    deps.pace.cancel(key)
    await evict(deps, { binding, plan }, signal)
    if (plan.failures.length > 0) throw plan.failures[0]?.error
    return plan.nextMs === undefined ? awaitChange() : requeueAfter(plan.nextMs - deps.clock.nowMs())
  }
}

function observeAndPlan({ clusters, settings, clock }: EvictionDeps, binding: Binding): EvictionPlan {
  return planEviction({
    binding,
    getCluster: name => clusters.get({ namespace: '', name }),
    fleet: fleetOf(clusters.list()),
    settings,
    nowMs: clock.nowMs(),
  })
}

interface Eviction {
  readonly binding: Binding
  readonly plan: EvictionPlan
}

async function evict(deps: EvictionDeps, eviction: Eviction, signal: AbortSignal): Promise<void> {
  const { binding, plan } = eviction
  const halted = withHalt(binding, 'taint', plan.halt)
  const place = (left: Binding) => deps.placer.place(left)
  const after: MovedBinding =
    plan.departures.length === 0
      ? { binding: halted, placed: undefined }
      : leaveClusters(halted, plan.departures, { now: timestamp(deps.clock), place })
  recordFailures(deps, eviction)
  try {
    await writeBinding(deps, { before: binding, after }, signal)
  } catch (error) {
    deps.metrics.evictionFailed()
    throw error
  }
  recordHalt(deps, eviction)
  recordDepartures(deps, eviction, after.binding)
}

function recordFailures(deps: EvictionDeps, { binding, plan }: Eviction): void {
  for (const { cluster, error } of plan.failures) {
    deps.metrics.evictionFailed()
    const message = `Could not leave cluster ${cluster}: ${error instanceof Error ? error.message : String(error)}`
    for (const about of [templateTarget(binding), binding]) {
      deps.recorder.event(about, 'Warning', 'EvictWorkloadFromClusterFailed', message)
    }
  }
}

function recordHalt({ recorder }: EvictionDeps, { binding, plan }: Eviction): void {
  if (plan.halt === undefined || haltOf(binding, 'taint')?.message === plan.halt.message) return
  for (const about of [templateTarget(binding), binding]) {
    recorder.event(about, 'Warning', 'EvictionHalted', plan.halt.message)
  }
}

function recordDepartures(deps: EvictionDeps, { binding, plan }: Eviction, after: Binding): void {
  if (plan.departures.length === 0) return
  const { kind } = binding.spec.resource
  const lateSeconds = plan.dueMs === undefined ? undefined : (deps.clock.nowMs() - plan.dueMs) / 1000
  for (const { cluster, task } of plan.departures) {
    deps.metrics.evicted({ cluster, kind, reason: task.reason }, lateSeconds)
  }
  const message = departureMessage(plan, after)
  for (const about of [templateTarget(binding), binding]) {
    deps.recorder.event(about, 'Normal', 'EvictWorkloadFromClusterSucceed', message)
  }
}

function departureMessage({ departures }: EvictionPlan, { spec }: Binding): string {
  const left = departures.map(({ cluster, task }) => `${cluster} (${task.message ?? task.reason})`).join(', ')
  const targets = (spec.clusters ?? []).map(({ name, replicas }) => (replicas ? `${name}: ${replicas}` : name))
  return `Left cluster ${left}. ${targets.length === 0 ? 'No other cluster takes it' : `It belongs to ${targets.join(', ')} now`}.`
}
