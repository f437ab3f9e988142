import type { Clock } from '../runtime/clock.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves time by `ms`, running timers that fall due in order; promises settle after each of them. */
  advance(ms: number): Promise<void>
  /** How many timers wait. */
  readonly timers: number
}

interface Timer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Lets everything run that waits for promises only. */
export function settle(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
}

/** @param startMs wall-clock time at the start; monotonic time starts at 0. */
export function newFakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<Timer>()
  let elapsedMs = 0
  const nextDue = (untilMs: number): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (timer.dueMs <= untilMs && (!first || timer.dueMs < first.dueMs)) first = timer
    return first
  }
  return {
    nowMs: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    after(delayMs, callback) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms
      await settle()
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer)
        elapsedMs = Math.max(elapsedMs, timer.dueMs)
        timer.callback()
        await settle()
      }
      elapsedMs = untilMs
    },
    get timers() {
      return timers.size
    },
  }
}
