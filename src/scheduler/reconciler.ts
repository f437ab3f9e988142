import type { BindingKind } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { keyOf, parseKey } from '../object/object-key.ts'
import type { Placer } from '../rendering/placer.ts'
import { recordSchedule } from '../rendering/schedule-events.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Lister } from '../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import type { FailureReason } from '../scheduling/outcome.ts'
import { planScheduling } from './plan.ts'

export interface SchedulingDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe'>
  readonly clusters: Pick<Lister<Cluster>, 'list'>
  readonly placer: Pick<Placer, 'place'>
  readonly recorder: Recorder
  /** When a binding is looked at again that could not be placed. */
  readonly retry: RetryTimes
}

export interface RetryTimes {
  /** After too little room. */
  readonly unschedulableMs: number
  /** After any other failure, but that no cluster fits: that changes only with clusters and policies. */
  readonly failedMs: number
}

/** Binding → `spec.clusters` again, where it differs (spec/behaviour/scheduling.md §2, §3). */
export function newSchedulingReconciler(deps: SchedulingDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const { write, failed } = planScheduling({ binding, clusters: deps.clusters.list(), placer: deps.placer })
    if (write !== undefined) {
      const { body, placed } = write
      deps.bindings.observe(await deps.host.patch(deps.kind, keyOf(binding), { type: 'merge', body }, { signal }))
      if (placed !== undefined) recordSchedule(deps.recorder, placed, deps.kind)
    }
    return nextLook(failed, deps.retry)
  }
}

/** Room in members comes back without an event: what failed for it is tried again. */
function nextLook(failed: FailureReason | undefined, { unschedulableMs, failedMs }: RetryTimes): ReconcileResult {
  if (failed === undefined || failed === 'NoClusterFit') return awaitChange()
  return requeueAfter(failed === 'Unschedulable' ? unschedulableMs : failedMs)
}
