import type { MissingRights } from '../../members/missing-rights.ts'
import { findCondition } from '../../object/condition.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type ConditionDeps, writeCondition } from '../cluster-condition.ts'
import { plan } from './plan.ts'

export interface MissingRightsReconcilerDeps extends ConditionDeps {
  readonly rights: MissingRights
  /** What has to be known before anything is tried in a member. */
  readonly works: Pick<Informer, 'synced'>
  readonly recorder: Recorder
}

/** So long after all Works are known all that waits was tried again: what a former process wrote stands until then. */
const RETRIED_MS = 60_000
const UNSYNCED_POLL_MS = 1_000

/** Rights that are missing in a member → condition Forbidden of its Cluster, and an event for each change. */
export function newMissingRightsReconciler(deps: MissingRightsReconcilerDeps) {
  const triedInMs = newTrying(deps)
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) {
      deps.rights.forget(name)
      return awaitChange()
    }
    const wanted = plan(deps.rights.of(name))
    const dueInMs = triedInMs()
    const isKnown = dueInMs <= 0 || deps.rights.wasNoted(name)
    if (!isKnown && findCondition(cluster.status?.conditions, wanted.type)) return requeueAfter(dueInMs)
    const isWritten = await writeCondition(deps, { cluster, wanted }, signal)
    if (isWritten && wanted.status !== undefined)
      deps.recorder.event(cluster, 'Warning', 'RightsMissing', wanted.message)
    return awaitChange()
  }
}

/** @returns tells in how many milliseconds to ask again whether all was tried; 0 or less when it was. */
function newTrying({ works, clock }: MissingRightsReconcilerDeps): () => number {
  let begunMs: number | undefined
  return () => {
    if (works.synced) begunMs ??= clock.monotonicMs()
    return begunMs === undefined ? UNSYNCED_POLL_MS : begunMs + RETRIED_MS - clock.monotonicMs()
  }
}
