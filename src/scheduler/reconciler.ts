import type { BindingKind } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { keyOf, parseKey } from '../object/object-key.ts'
import { recordSchedule } from '../rendering/schedule-events.ts'
import { type Clock, timestamp } from '../runtime/clock.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Lister } from '../runtime/lister.ts'
import { awaitChange, type ReconcileResult } from '../runtime/reconcile-error.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { planScheduling } from './plan.ts'

export interface SchedulingDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch'>
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe'>
  readonly clusters: Pick<Lister<Cluster>, 'list'>
  readonly recorder: Recorder
  readonly clock: Clock
}

/** Binding → `spec.clusters` again, where it differs (spec/behaviour/scheduling.md §3). */
export function newSchedulingReconciler(deps: SchedulingDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const write = planScheduling({ binding, clusters: deps.clusters.list(), now: timestamp(deps.clock) })
    if (write === undefined) return awaitChange()
    const { body, placed } = write
    deps.bindings.observe(await deps.host.patch(deps.kind, keyOf(binding), { type: 'merge', body }, { signal }))
    if (placed !== undefined) recordSchedule(deps.recorder, placed, deps.kind)
    return awaitChange()
  }
}
