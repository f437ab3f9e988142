/** A status that waits for the next step of the members. */
export interface Hold {
  readonly startMs: number
  /** When the last step was seen. */
  readonly sinceMs: number
  readonly steps: number
}

export interface HoldInput {
  /** How far the members are (see Progress). */
  readonly steps: number
  /** Monotonic. */
  readonly nowMs: number
  /** How long a step may take, in milliseconds. */
  readonly holdMs: number
  /** When each member that is waited for last took something on, whosever it was. */
  readonly movedMs: readonly (number | undefined)[]
}

const MOST_HOLDS = 3
const MOST_HOLDS_IN_LINE = 30

/**
 * Waits on: each step forward gives the next one its time, up to three times that in all, so that many steps on the way
 * are still one write. Members that take on one object after the other have not come to this one yet: among many it may wait
 * for thirty times that.
 *
 * @param known undefined when nothing waited until now
 * @returns the hold as it is from now on, and the milliseconds that it still lasts: 0 or less when it is over.
 */
export function continueHold(
  known: Hold | undefined,
  { steps, nowMs, holdMs, movedMs }: HoldInput,
): { readonly hold: Hold; readonly remainingMs: number } {
  const before = known ?? { startMs: nowMs, sinceMs: nowMs, steps }
  const hold = before.steps === steps ? before : { ...before, sinceMs: nowMs, steps }
  const slowestMs = Math.min(...movedMs.map(atMs => atMs ?? hold.startMs))
  const inLine = slowestMs > hold.startMs
  const lastMs = inLine ? Math.max(hold.sinceMs, slowestMs) : hold.sinceMs
  const dueMs = Math.min(lastMs + holdMs, hold.startMs + (inLine ? MOST_HOLDS_IN_LINE : MOST_HOLDS) * holdMs)
  return { hold, remainingMs: dueMs - nowMs }
}
