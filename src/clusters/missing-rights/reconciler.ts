import type { MissingRights } from '../../members/missing-rights.ts'
import { findCondition } from '../../object/condition.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type ConditionDeps, writeCondition } from '../cluster-condition.ts'
import { plan } from './plan.ts'

export interface MissingRightsReconcilerDeps extends ConditionDeps {
  readonly rights: MissingRights
  readonly recorder: Recorder
}

/** So long after our start all that waits was tried again: what a former process wrote stands until then. */
const RETRIED_MS = 60_000

/** Rights that are missing in a member → condition Forbidden of its Cluster, and an event for each change. */
export function newMissingRightsReconciler(deps: MissingRightsReconcilerDeps) {
  const startedMs = deps.clock.monotonicMs()
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) {
      deps.rights.forget(name)
      return awaitChange()
    }
    const wanted = plan(deps.rights.of(name))
    const sinceMs = deps.clock.monotonicMs() - startedMs
    const isKnown = sinceMs >= RETRIED_MS || deps.rights.wasNoted(name)
    if (!isKnown && findCondition(cluster.status?.conditions, wanted.type)) return requeueAfter(RETRIED_MS - sinceMs)
    const isWritten = await writeCondition(deps, { cluster, wanted }, signal)
    if (isWritten && wanted.status !== undefined)
      deps.recorder.event(cluster, 'Warning', 'RightsMissing', wanted.message)
    return awaitChange()
  }
}
