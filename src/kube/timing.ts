/** Time and chance, as connections need them; the process's clock fits (runtime/clock.ts has the first three). */
export interface Timing {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Monotonic milliseconds, for deadlines. */
  monotonicMs(): number
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void
  /** In [0, 1): spreads reconnects. Default: Math.random. */
  readonly random?: () => number
}

/** Real time. Its timers do not keep the process alive. */
export const systemTiming: Timing = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Runs `callback` once what has come from the network by now is heard. */
export function afterThisTurn(callback: () => void): void {
  setImmediate(callback)
}

/** @returns `delayMs` shortened by up to half, so that many clients do not come back in step. */
export function jittered(timing: Timing, delayMs: number): number {
  return delayMs * (0.5 + (timing.random ?? Math.random)() / 2)
}
