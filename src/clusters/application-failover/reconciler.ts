import type { Binding } from '../../object/karmada-objects.ts'
import { parseKey } from '../../object/object-key.ts'
import { haltOf, withHalt } from '../../rendering/eviction-halt.ts'
import type { Placer } from '../../rendering/placer.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { EvictionMetrics } from '../../runtime/eviction-metrics.ts'
import { awaitChange, ReconcileError, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { BrakeSettings } from '../brake.ts'
import { leaveClusters, type MovedBinding } from '../leave-clusters.ts'
import { type BindingWriteDeps, writeBinding } from '../write-binding.ts'
import { type ApplicationPlan, planApplicationFailover, withUnhealthySince } from './plan.ts'

export interface ApplicationFailoverDeps extends BindingWriteDeps {
  readonly placer: Pick<Placer, 'place'>
  readonly clock: Clock
  readonly metrics: EvictionMetrics
  readonly brake: BrakeSettings
}

/** Of the tasks; the names of Karmada's controllers. @source spec/behaviour/clusters.md §6 */
const PRODUCERS = {
  namespaced: 'resource-binding-application-failover-controller',
  cluster: 'cluster-resource-binding-application-failover-controller',
} as const

/** Binding → without the clusters in which its workload does not become healthy (spec/behaviour/clusters.md §6). */
export function newApplicationFailoverReconciler(deps: ApplicationFailoverDeps) {
  const producer = deps.kind.namespaced ? PRODUCERS.namespaced : PRODUCERS.cluster
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const { clock, brake } = deps
    const plan = planApplicationFailover({
      ...{ binding, producer, brake },
      ...{ nowMs: clock.nowMs(), now: timestamp(clock) },
    })
    await execute(deps, { binding, plan }, signal)
    if (plan.failures.length > 0) throw plan.failures[0]?.error
    return plan.nextMs === undefined ? awaitChange() : requeueAfter(plan.nextMs - clock.nowMs())
  }
}

interface Execution {
  readonly binding: Binding
  readonly plan: ApplicationPlan
}

async function execute(deps: ApplicationFailoverDeps, execution: Execution, signal: AbortSignal): Promise<void> {
  const { binding, plan } = execution
  for (const { cluster, error } of plan.failures)
    recordFailure(deps, binding, `Could not leave cluster ${cluster}: ${textOf(error)}`)
  const after = nextBinding(deps, execution)
  if (after.placed?.result.outcome.type === 'failure') {
    const message = `It is unhealthy and stays where it is: ${after.placed.result.outcome.message}`
    recordFailure(deps, binding, message)
    throw new ReconcileError('NoReplacement', message, { retry: 'backoff' })
  }
  await writeBinding(deps, { before: binding, after }, signal)
  recordHalt(deps, execution)
  recordDepartures(deps, execution, after.binding)
}

function nextBinding({ placer, clock }: ApplicationFailoverDeps, { binding, plan }: Execution): MovedBinding {
  const noted = withHalt(withUnhealthySince(binding, plan.since), 'application', plan.halt)
  if (plan.departures.length === 0) return { binding: noted, placed: undefined }
  return leaveClusters(noted, plan.departures, { now: timestamp(clock), place: left => placer.place(left) })
}

function recordFailure({ recorder, metrics }: ApplicationFailoverDeps, binding: Binding, message: string): void {
  metrics.evictionFailed()
  for (const about of [templateTarget(binding), binding]) {
    recorder.event(about, 'Warning', 'EvictWorkloadFromClusterFailed', message)
  }
}

function recordHalt({ recorder }: ApplicationFailoverDeps, { binding, plan }: Execution): void {
  if (plan.halt === undefined || haltOf(binding, 'application')?.message === plan.halt.message) return
  for (const about of [templateTarget(binding), binding]) {
    recorder.event(about, 'Warning', 'EvictionHalted', plan.halt.message)
  }
}

function recordDepartures(deps: ApplicationFailoverDeps, { binding, plan }: Execution, { spec }: Binding): void {
  const targets = (spec.clusters ?? []).map(({ name }) => name).join(', ')
  for (const { cluster, task } of plan.departures) {
    deps.metrics.evicted({ cluster, kind: binding.spec.resource.kind, reason: task.reason })
    const message = `Left cluster ${cluster}, where it has been unhealthy for too long. It belongs to ${targets} now.`
    for (const about of [templateTarget(binding), binding]) {
      deps.recorder.event(about, 'Normal', 'EvictWorkloadFromClusterSucceed', message)
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
