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
}

const MOST_HOLDS = 3

/**
 * Waits on: each step forward gives the next one its time, up to three times that in all, so that many steps on the way
 * are still one write.
 *
 * @param known undefined when nothing waited until now
 * @returns the hold as it is from now on, and the milliseconds that it still lasts: 0 or less when it is over.
 */
export function continueHold(
  known: Hold | undefined,
  { steps, nowMs, holdMs }: HoldInput,
): { readonly hold: Hold; readonly remainingMs: number } {
  const before = known ?? { startMs: nowMs, sinceMs: nowMs, steps }
  const hold = before.steps === steps ? before : { ...before, sinceMs: nowMs, steps }
  return { hold, remainingMs: Math.min(hold.sinceMs + holdMs, hold.startMs + MOST_HOLDS * holdMs) - nowMs }
}
