import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { RunFacts } from '../run-facts.ts'
import type { Figures } from './figures.ts'

/** How often each. */
export type Counts = Readonly<Record<string, number>>

/** What came of a run: {@link writeResults} makes a file of it. */
export interface Results extends RunFacts {
  readonly seed: number
  readonly cases: number
  /** From `date` on. */
  readonly seconds: number
  readonly refusedByApiserver: number
  /** What became of templates. */
  readonly templates: Counts
  /** What was said of all else, each as `<kind>: <how>`. */
  readonly verdicts: Counts
  /** Of what should not have been; empty when nothing was. */
  readonly faults: readonly string[]
  /** Events that the operator did not send, by reason and type. */
  readonly droppedEvents: Counts
  /** Objects that were made a second time, since an event was among these. */
  readonly madeAgain: number
  /** Templates of which an event alone told, and which were touched to see whether it still does. */
  readonly touched: number
  /** Answers of a member that no apiserver gives, by what was asked for. */
  readonly hostileAnswers: Counts
  readonly memoryMiB: Memory
  readonly operator: Figures
}

/** Of the operator, in MiB; `with` all that the cases made, and `after` that is gone again. */
export interface Memory {
  readonly resident: Stages & { /** At any time, from its last start on. */ readonly most: number }
  /** By its JavaScript: heap and buffers, garbage that is not collected yet among it. */
  readonly held: Stages
  /** Of etcd, all clusters together, with all of it. */
  readonly etcd: number
}

interface Stages {
  readonly before: number
  readonly with: number
  readonly after: number
}

/** @returns how often each word is there, most first. */
export function countsOf(words: readonly string[]): Counts {
  const counted = [...Map.groupBy(words, word => word)].map(([word, all]) => [word, all.length] as const)
  return Object.fromEntries(counted.sort(([word, count], [other, most]) => most - count || (word < other ? -1 : 1)))
}

/** Whatever there is of them: of a run that broke off, too. */
export function writeResults(path: string, results: Partial<Results>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
}
