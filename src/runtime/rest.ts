import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'

/** Between two looks, in milliseconds. */
const LOOK_MS = 15_000
/** Share of the time between two looks in which the event loop of a process at rest had something to do. */
const RESTING = 0.1
/** One that gives all back takes about three milliseconds for each MiB that is in use, in which nothing else happens: of more V8 decides itself. */
const MOST_BYTES = 64 * 1024 ** 2

export interface RestDeps {
  readonly clock: Clock
  readonly log: Logger
  /** The share of the time since it was last asked in which the event loop had something to do, 0 to 1. */
  readonly utilization: () => number
  /** Bytes of the heap that are in use. */
  readonly usedBytes: () => number
  /** A whole collection, which gives back what it frees. */
  readonly collect: () => void
}

/**
 * Collects once when a process comes to rest. V8 collects when memory is asked for: what a start or a burst left behind would
 * stay resident for as long as nothing happens.
 *
 * @returns ends it.
 */
export function collectAtRest({ clock, log, utilization, usedBytes, collect }: RestDeps): () => void {
  let due = true
  let cancel = clock.after(LOOK_MS, look)
  function look(): void {
    cancel = clock.after(LOOK_MS, look)
    const resting = utilization() < RESTING
    if (resting && due && usedBytes() <= MOST_BYTES) {
      const startMs = clock.monotonicMs()
      collect()
      log.debug('collected at rest', { ms: Math.round(clock.monotonicMs() - startMs) })
    }
    due = !resting
  }
  return () => cancel()
}
