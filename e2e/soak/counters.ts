import type { SoakFleet } from './soak-fleet.ts'

/** What faults have done: numbers that only grow. */
export interface Counters {
  /** Watches that stood when a storm came, and were broken by it in the middle of an event. */
  readonly brokenWatches: number
  /** How often an operator ended by itself, and was started again. */
  readonly revivals: number
}

const NOTHING: Counters = { brokenWatches: 0, revivals: 0 }

/** @returns what there was until now. */
export function readCounters({ host, members, operators }: SoakFleet): Counters {
  return {
    brokenWatches: total([host, ...members].map(({ storm }) => storm.brokenWatches)),
    revivals: total(operators.map(({ revivals }) => revivals)),
  }
}

/** @returns what came between two looks. */
export function growth(before: Counters, now: Counters): Counters {
  return combine(before, now, (one, other) => other - one)
}

/** @returns all of them together. */
export function sumOf(counters: readonly Counters[]): Counters {
  return counters.reduce((sum, more) => combine(sum, more, (one, other) => one + other), NOTHING)
}

function combine(one: Counters, other: Counters, by: (one: number, other: number) => number): Counters {
  return {
    brokenWatches: by(one.brokenWatches, other.brokenWatches),
    revivals: by(one.revivals, other.revivals),
  }
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
