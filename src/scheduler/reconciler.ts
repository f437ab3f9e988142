import type { BindingKind } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf, parseKey } from '../object/object-key.ts'
import type { Placer } from '../rendering/placer.ts'
import { recordSchedule } from '../rendering/schedule-events.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Lister } from '../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { planScheduling, type ScheduleFailing } from './plan.ts'
import { type RetryTimes, retryAfterMs } from './retry.ts'

export interface SchedulingDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get'>
  /** Takes the answer of a write of a binding. */
  readonly observe: (binding: KubeObject) => void
  readonly clusters: Pick<Lister<Cluster>, 'list'>
  readonly placer: Pick<Placer, 'place'>
  readonly recorder: Recorder
  readonly retry: RetryTimes
  readonly clock: Clock
}

/** Binding → `spec.clusters` again, where it differs (spec/behaviour/scheduling.md §2, §3). */
export function newSchedulingReconciler(deps: SchedulingDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const { write, failed } = planScheduling({ binding, clusters: deps.clusters.list(), placer: deps.placer })
    if (write !== undefined) {
      const { body, placed } = write
      deps.observe(await deps.host.patch(deps.kind, keyOf(binding), { type: 'merge', body }, { signal }))
      if (placed !== undefined) recordSchedule(deps.recorder, placed, deps.kind)
    }
    return failed === undefined ? awaitChange() : nextLook(failed, deps)
  }
}

function nextLook({ reason, since }: ScheduleFailing, { clock, retry }: SchedulingDeps): ReconcileResult {
  const afterMs = retryAfterMs(reason, clock.nowMs() - Date.parse(since), retry)
  return afterMs === undefined ? awaitChange() : requeueAfter(afterMs)
}
