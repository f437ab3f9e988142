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
  /** Answers of a member that no apiserver gives. */
  readonly hostileAnswers: number
  readonly memoryMiB: Memory
  readonly operator: Figures
}

/** Of the operator, in MiB; `with` all that the cases made, and `after` that is gone again. */
export interface Memory {
  readonly resident: { readonly before: number; readonly with: number; readonly after: number }
  /** By its JavaScript: heap and buffers. */
  readonly held: { readonly before: number; readonly after: number }
  /** Of etcd, all clusters together, with all of it. */
  readonly etcd: number
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
