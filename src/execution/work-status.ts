import type { ManifestStatus, WorkStatus } from '../api/generated/work.ts'
import type { Condition } from '../object/condition.ts'
import { setCondition } from '../object/condition.ts'

/** How writing the manifests of a Work went. */
export interface WriteOutcome {
  readonly suspended: boolean
  /** One message per manifest that failed. */
  readonly failures: readonly string[]
  readonly total: number
}

/**
 * The conditions `Dispatching` and `Applied` of a Work after a try.
 *
 * @param now RFC 3339
 * @source spec/behaviour/propagation.md §9 items 2 and 6, spec/api/constants.md §6
 */
export function workConditions(
  current: readonly Condition[] | undefined,
  outcome: WriteOutcome,
  at: { readonly now: string; readonly generation: number },
): readonly Condition[] {
  const observed = { observedGeneration: at.generation }
  const dispatching = setCondition(current, { ...dispatchingCondition(outcome.suspended), ...observed }, at.now)
  if (outcome.suspended) return dispatching
  return setCondition(dispatching, { ...appliedCondition(outcome), ...observed }, at.now)
}

function dispatchingCondition(suspended: boolean): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> {
  return suspended
    ? {
        type: 'Dispatching',
        status: 'False',
        reason: 'SuspendDispatching',
        message: 'Work dispatching is in a suspended state.',
      }
    : {
        type: 'Dispatching',
        status: 'True',
        reason: 'Dispatching',
        message: 'Work is being dispatched to member clusters.',
      }
}

function appliedCondition({
  failures,
  total,
}: WriteOutcome): Pick<Condition, 'type' | 'status' | 'reason' | 'message'> {
  if (failures.length === 0) {
    const message = 'Manifest has been successfully applied'
    return { type: 'Applied', status: 'True', reason: 'AppliedSuccessful', message }
  }
  const summary = `Failed to apply all manifests (${total - failures.length}/${total}): ${failures.join(', ')}`
  return { type: 'Applied', status: 'False', reason: 'AppliedFailed', message: summary.slice(0, MAX_MESSAGE) }
}

/** The schema of a condition ends at 32768 characters; nobody reads that much. */
const MAX_MESSAGE = 4096

/** A Work's status with new conditions and, where manifests were observed, new manifest statuses. */
export function nextStatus(
  current: WorkStatus | undefined,
  conditions: readonly Condition[],
  manifestStatuses: readonly ManifestStatus[] | undefined,
): WorkStatus {
  return { ...current, conditions, ...(manifestStatuses && { manifestStatuses }) }
}
