/** The only source of time; tests move a fake one (testing/fake-clock.ts). */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Monotonic milliseconds, for deadlines: unaffected by changes of the wall clock. */
  monotonicMs(): number
  /** Runs `callback` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

/** The process's clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** @returns `clock`'s time as the API writes it: RFC 3339, whole seconds, UTC (metav1.Time). */
export function timestamp(clock: Clock): string {
  return timestampOf(clock.nowMs())
}

/** The same for any moment, given in milliseconds since 1970. */
export function timestampOf(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** Waits `delayMs`; rejects with the signal's reason when that aborts first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', abort)
      resolve()
    })
    const abort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort, { once: true })
  })
}
