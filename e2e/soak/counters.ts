import type { SoakFleet } from './soak-fleet.ts'

/** What faults have done: numbers that only grow. */
export interface Counters {
  /** Watches that stood when a storm came, and were broken by it in the middle of an event. */
  readonly brokenWatches: number
}

const NOTHING: Counters = { brokenWatches: 0 }

/** @returns what there was until now. */
export function readCounters({ host, members }: SoakFleet): Counters {
  const broken = [host, ...members].map(({ storm }) => storm.brokenWatches)
  return { brokenWatches: broken.reduce((sum, count) => sum + count, 0) }
}

/** @returns what came between two looks. */
export function growth(before: Counters, now: Counters): Counters {
  return { brokenWatches: now.brokenWatches - before.brokenWatches }
}

/** @returns all of them together. */
export function sumOf(counters: readonly Counters[]): Counters {
  const add = (sum: Counters, more: Counters): Counters => ({ brokenWatches: sum.brokenWatches + more.brokenWatches })
  return counters.reduce(add, NOTHING)
}
