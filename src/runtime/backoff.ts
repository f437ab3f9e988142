/** How long to wait before the n-th try. */
export interface Backoff {
  /** The first delay, in milliseconds. */
  readonly baseMs: number
  /** No delay is longer, in milliseconds. */
  readonly maxMs: number
  /** Default 2. */
  readonly factor?: number
  /** Up to this fraction is added by chance, so that many do not try at the same moment. Default 0.5. */
  readonly jitter?: number
}

/** Gives numbers in [0, 1). */
export type Random = () => number

/**
 * @param failures how often it has failed without success, from 1.
 * @returns milliseconds: base · factor^(failures−1), at most the maximum, jitter included.
 */
export function backoffMs(backoff: Backoff, failures: number, random: Random): number {
  const { baseMs, maxMs, factor = 2, jitter = 0.5 } = backoff
  const exponential = baseMs * factor ** Math.max(0, failures - 1)
  return Math.min(maxMs, exponential * (1 + jitter * random()))
}
