/**
 * Cases that stand at the same time. A template has 58 kB on average, and the largest 1.5 MB: the operator keeps a template and its Work as objects, so
 * that ten thousand of them need more than the heap of the chart's default (memory.ts), which is meant for some thousands of ordinary ones. As many Warnings may wait for
 * the recorder (src/runtime/event-recorder.ts).
 */
export const ROUND_CASES = 1000

/** Some of the cases: all of a round stand at once, and go before the next. */
export interface Round {
  /** The number of its first case. */
  readonly from: number
  /** The number behind its last. */
  readonly to: number
}

/** @returns rounds that have each of so many cases once, in order. */
export function roundsOf(cases: number): readonly Round[] {
  return Array.from({ length: Math.ceil(cases / ROUND_CASES) }, (_, index) => {
    const from = index * ROUND_CASES
    return { from, to: Math.min(from + ROUND_CASES, cases) }
  })
}

/** @returns the number of the first case that may stand together with one. */
export function roundStart(at: number): number {
  return at - (at % ROUND_CASES)
}
