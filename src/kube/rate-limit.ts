import type { Cancellation } from './cancellation.ts'
import type { Timing } from './timing.ts'

/** A token bucket. */
export interface RateLimit {
  /** Takes a token. @returns undefined when there was one, else how many milliseconds to wait before going on. */
  takeMs(): number | undefined
}

/** At most `burst` at once and `qps` a second on average, first come, first served. */
export function newRateLimit(qps: number, burst: number, timing: Timing): RateLimit {
  const costMs = 1000 / qps
  // The bucket as a time: when it will be full again if nothing more is taken.
  let fullAtMs = timing.monotonicMs()
  return {
    takeMs: () => {
      const nowMs = timing.monotonicMs()
      fullAtMs = Math.max(fullAtMs, nowMs) + costMs
      const waitMs = fullAtMs - nowMs - burst * costMs
      return waitMs > 0 ? waitMs : undefined
    },
  }
}

/** Waits `delayMs`; rejects when cancelled first. */
export async function pause(timing: Timing, delayMs: number, cancellation: Cancellation): Promise<void> {
  let cancel = (): void => undefined
  const waited = new Promise<void>(resolve => {
    cancel = timing.after(delayMs, resolve)
  })
  try {
    await cancellation.race(waited)
  } finally {
    cancel()
  }
}
