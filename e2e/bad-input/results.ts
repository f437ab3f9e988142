import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RunFacts } from '../run-facts.ts'
import type { Figures } from './figures.ts'

/** How often each. */
export type Counts = Readonly<Record<string, number>>

/** What came of a run: {@link writeResults} makes a file of it. */
export interface Results extends RunFacts, Tally {
  readonly seed: number
  readonly cases: number
  /** From `date` on. */
  readonly seconds: number
  /** Of each round, with all of it. */
  readonly rounds: readonly Standing[]
  /** Of what should not have been; empty when nothing was. */
  readonly faults: readonly string[]
  /** Events that the operator did not send, by reason and type. */
  readonly droppedEvents: Counts
  /** Answers of a member that no apiserver gives, by what was asked for. */
  readonly hostileAnswers: Counts
  readonly memoryMiB: Memory
  readonly operator: Figures
}

/** What came of the cases of a round, or of them all. */
export interface Tally {
  readonly refusedByApiserver: number
  /** What became of templates. */
  readonly templates: Counts
  /** What was said of all else, each as `<kind>: <how>`. */
  readonly verdicts: Counts
  /** Objects that were made a second time, since their event was among those that were dropped. */
  readonly madeAgain: number
  /** Templates of which an event alone told, and which were touched to see whether it still does. */
  readonly touched: number
}

/** What stands at once, and what is needed for it. */
export interface Standing {
  /** That the host's apiserver took. */
  readonly objects: number
  /** Of their JSON, as the suite sent it. */
  readonly jsonMiB: number
  readonly residentMiB: number
  readonly heldMiB: number
  readonly etcdMiB: number
}

/** Of the operator, in MiB; `with` the most that the cases made at once, and `after` that is gone again. */
export interface Memory {
  readonly resident: Stages & { /** At any time, from its last start on. */ readonly most: number }
  /** By its JavaScript: heap and buffers, garbage that is not collected yet among it. */
  readonly held: Stages
  /** Of etcd, all clusters together, at most. */
  readonly etcd: number
}

interface Stages {
  readonly before: number
  readonly with: number
  readonly after: number
}

export const NO_TALLY: Tally = { refusedByApiserver: 0, templates: {}, verdicts: {}, madeAgain: 0, touched: 0 }

/** @returns what came of all rounds. */
export function tallyOf(rounds: readonly Tally[]): Tally {
  const sum = (what: (round: Tally) => number): number => rounds.reduce((total, round) => total + what(round), 0)
  return {
    refusedByApiserver: sum(round => round.refusedByApiserver),
    templates: sumsOf(rounds.map(round => round.templates)),
    verdicts: sumsOf(rounds.map(round => round.verdicts)),
    madeAgain: sum(round => round.madeAgain),
    touched: sum(round => round.touched),
  }
}

/** @returns how often each word is there, most first. */
export function countsOf(words: readonly string[]): Counts {
  return sumsOf(words.map(word => ({ [word]: 1 })))
}

/** @returns how often each word is there in all of them, most first. */
function sumsOf(all: readonly Counts[]): Counts {
  const sums = new Map<string, number>()
  for (const [word, count] of all.flatMap(counts => Object.entries(counts)))
    sums.set(word, (sums.get(word) ?? 0) + count)
  const counted = [...sums]
  return Object.fromEntries(counted.sort(([word, count], [other, most]) => most - count || (word < other ? -1 : 1)))
}

/** Whatever there is of them: of a run that broke off, too. */
export function writeResults(path: string, results: Partial<Results>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}
