import type { FailureReason } from '../scheduling/outcome.ts'

/** When a binding is tried again that could not be placed, besides when something happens that may help it. */
export interface RetryTimes {
  /** After too little room. */
  readonly unschedulableMs: number
  /** After any other failure at most, but that no cluster fits: that changes only with clusters and policies. */
  readonly failedMs: number
}

const FIRST_MS = 1_000

/**
 * How long to wait: as long as the failure has lasted already, so each time twice as long, between a second and the limit.
 *
 * @param lastedMs since it failed so for the first time, also before a restart
 * @returns undefined when only a change can help.
 * @source spec/behaviour/scheduling.md §2
 */
export function retryAfterMs(
  reason: FailureReason,
  lastedMs: number,
  { unschedulableMs, failedMs }: RetryTimes,
): number | undefined {
  if (reason === 'NoClusterFit') return undefined
  return reason === 'Unschedulable' ? unschedulableMs : Math.min(failedMs, Math.max(FIRST_MS, lastedMs))
}
