import type { TargetCluster } from './placement.ts'

/** Why scheduling failed: the reason of the binding's condition `Scheduled`. @source scheduling.md §10 */
export type FailureReason = 'NoClusterFit' | 'Unschedulable' | 'SchedulerError'

export interface ScheduleFailure {
  readonly type: 'failure'
  readonly reason: FailureReason
  readonly message: string
}

export type ScheduleOutcome = { readonly type: 'success' } | ScheduleFailure

/** Message of the condition `Scheduled` and of the event when a binding is scheduled. @source scheduling.md §10 */
export const SUCCESS_MESSAGE = 'Binding has been scheduled successfully.'

export const SUCCESS: ScheduleOutcome = { type: 'success' }

export function failure(reason: FailureReason, message: string): ScheduleFailure {
  return { type: 'failure', reason, message }
}

/**
 * Status, reason and message of the binding's condition `Scheduled`.
 *
 * @source spec/behaviour/scheduling.md §10
 */
export function scheduledCondition(outcome: ScheduleOutcome): {
  readonly type: 'Scheduled'
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
} {
  return outcome.type === 'success'
    ? { type: 'Scheduled', status: 'True', reason: 'Success', message: SUCCESS_MESSAGE }
    : { type: 'Scheduled', status: 'False', reason: outcome.reason, message: outcome.message }
}

/**
 * What a failure's message says, without the numbers that change all the time: how much room there is is not a reason.
 */
export function lastingWords({ reason, message }: { readonly reason: string; readonly message: string }): string {
  return reason === 'Unschedulable' ? message.replaceAll(/\d+/g, '#') : message
}

/**
 * Message of the event `ScheduleBindingSucceed`, the targets in their order.
 *
 * @param kind the namespaced kind of binding (the default) has a colon in its message that the other lacks
 * @source spec/behaviour/scheduling.md §10 "Events"
 */
export function successMessage(
  targets: readonly TargetCluster[],
  kind: { readonly namespaced: boolean } = { namespaced: true },
): string {
  const list = targets.map(target => `${target.name}:${target.replicas ?? 0}`).join(', ')
  return `${SUCCESS_MESSAGE} Result${kind.namespaced ? ':' : ''} {${list}}`
}

/**
 * Message of the Warning event for a term of clusterAffinities that was tried in vain.
 *
 * @source spec/behaviour/scheduling.md §5
 */
export function failedTermMessage(
  binding: { readonly kind: string; readonly namespace?: string; readonly name: string },
  term: { readonly index: number; readonly message: string },
): string {
  const key = binding.namespace ? `${binding.namespace}/${binding.name}` : binding.name
  return `failed to schedule ${binding.kind}(${key}) with clusterAffiliates index(${term.index}): ${term.message}`
}
