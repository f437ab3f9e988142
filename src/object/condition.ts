import { printableMessage } from './printable.ts'

/** metav1.Condition. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
  /** RFC 3339; when `status` last changed, not when the condition was last written. */
  readonly lastTransitionTime: string
  readonly observedGeneration?: number
}

/** A condition as a controller states it; the transition time follows from what was there before. */
export type DesiredCondition = Omit<Condition, 'lastTransitionTime'>

/** The schema of a condition ends at 32768 characters; nobody reads that much. */
const LONGEST_MESSAGE = 4096

/** @returns a message as {@link setCondition} writes it: printable, and not longer than 4096 characters. */
export function conditionMessage(message: string): string {
  return printableMessage(message, LONGEST_MESSAGE)
}

/**
 * Puts a condition into a list. Its message may quote what anybody wrote: here it becomes a {@link conditionMessage}.
 *
 * @param now RFC 3339, taken only when `status` differs from that of the condition it replaces
 * @returns the same list when nothing changes; else a new one, order kept, a new type at the end.
 */
export function setCondition(
  conditions: readonly Condition[] | undefined,
  stated: DesiredCondition,
  now: string,
): readonly Condition[] {
  const list = conditions ?? []
  const message = conditionMessage(stated.message)
  const desired = message === stated.message ? stated : { ...stated, message }
  const current = findCondition(list, desired.type)
  if (current === undefined) return [...list, { ...desired, lastTransitionTime: now }]
  if (isSameCondition(current, desired)) return list
  const lastTransitionTime = current.status === desired.status ? current.lastTransitionTime : now
  return list.map(condition => (condition === current ? { ...desired, lastTransitionTime } : condition))
}

/** @returns the list without a type; the same list when it was not there. */
export function removeCondition(conditions: readonly Condition[] | undefined, type: string): readonly Condition[] {
  const list = conditions ?? []
  return list.some(condition => condition.type === type) ? list.filter(condition => condition.type !== type) : list
}

/** @returns the condition of a type, if the list has it. */
export function findCondition<C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find(condition => condition.type === type)
}

/** Whether the condition of a type is there and has status True. */
export function isConditionTrue(
  conditions: readonly { readonly type: string; readonly status: string }[] | undefined,
  type: string,
): boolean {
  return findCondition(conditions, type)?.status === 'True'
}

function isSameCondition(current: DesiredCondition, desired: DesiredCondition): boolean {
  return (
    current.status === desired.status &&
    current.reason === desired.reason &&
    current.message === desired.message &&
    current.observedGeneration === desired.observedGeneration
  )
}
