import type { ManifestStatus, WorkStatus } from '../api/generated/work.ts'
import type { Condition } from '../object/condition.ts'
import { findCondition, setCondition } from '../object/condition.ts'

/** How writing the manifests of a Work went. */
export interface WriteOutcome {
  readonly suspended: boolean
  /** One message per manifest that failed. */
  readonly failures: readonly string[]
  readonly total: number
  /** What differs in the member and is left, in one line; undefined when nothing does, or nothing is known. */
  readonly drift?: string | undefined
  /** Which fields are left to whom, in one line. */
  readonly contested?: string | undefined
}

/**
 * The conditions of a Work after a try: `Dispatching` and `Applied`, and where there is reason to, `Drifted` (the member
 * differs and is left so) and `Contested` (a field is left to another manager).
 *
 * @param now RFC 3339
 * @source spec/behaviour/propagation.md §9 items 2 and 6, spec/api/constants.md §6; design.md, rules of writing 4
 */
export function workConditions(
  current: readonly Condition[] | undefined,
  outcome: WriteOutcome,
  at: { readonly now: string; readonly generation: number },
): readonly Condition[] {
  const observed = { observedGeneration: at.generation }
  const dispatching = setCondition(current, { ...dispatchingCondition(outcome.suspended), ...observed }, at.now)
  if (outcome.suspended) return dispatching
  const applied = setCondition(dispatching, { ...appliedCondition(outcome), ...observed }, at.now)
  if (outcome.failures.length > 0) return applied
  const left = [leftCondition(DRIFTED, outcome.drift), leftCondition(CONTESTED, outcome.contested)]
  return left
    .filter(condition => condition.status === 'True' || findCondition(applied, condition.type) !== undefined)
    .reduce((conditions, condition) => setCondition(conditions, { ...condition, ...observed }, at.now), applied)
}

const DRIFTED = {
  type: 'Drifted',
  reasons: ['MemberChanged', 'AsDeclared'],
  none: 'The member holds what is declared',
} as const
const CONTESTED = {
  type: 'Contested',
  reasons: ['FieldContested', 'NotContested'],
  none: 'Nobody else holds a declared field',
} as const

/** Conditions of ours: a Work of which there is nothing to say does not carry them. */
function leftCondition({ type, reasons, none }: typeof DRIFTED | typeof CONTESTED, text: string | undefined) {
  return text === undefined
    ? ({ type, status: 'False', reason: reasons[1], message: none } as const)
    : ({ type, status: 'True', reason: reasons[0], message: text } as const)
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
  return { type: 'Applied', status: 'False', reason: 'AppliedFailed', message: summary }
}

/** A Work's status with new conditions and, where manifests were observed, new manifest statuses. */
export function nextStatus(
  current: WorkStatus | undefined,
  conditions: readonly Condition[],
  manifestStatuses: readonly ManifestStatus[] | undefined,
): WorkStatus {
  return { ...current, conditions, ...(manifestStatuses && { manifestStatuses }) }
}
