import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Figures, Report } from './report.ts'
import type { Surroundings } from './surroundings.ts'

/** One answer to a question, with all that one must know to judge it or to repeat it. */
export interface Run extends Surroundings {
  /** As it was typed. */
  readonly command: string
  /** With how many it was asked; absent where there is nothing to count. */
  readonly objects?: number
  readonly report: Report
}

/** The content of `bench/results/<question>.json`; of something else than Flotilla, `<question>.<implementation>.json`. */
export interface Results {
  readonly question: string
  readonly implementation: string
  /** Oldest first. */
  readonly runs: readonly Run[]
}

export const OURS = 'flotilla'
const KEPT_RUNS = 5
const KEPT_REQUEST_ROWS = 12
const FOLDER = 'bench/results'

/** @returns where the results of a question are, relative to the root. */
export function resultsPath(question: string, implementation: string): string {
  return join(FOLDER, `${question}${implementation === OURS ? '' : `.${implementation}`}.json`)
}

/** @returns all results there are, by path. */
export function readAllResults(root: string): readonly Results[] {
  const folder = join(root, FOLDER)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => parseResults(readFileSync(join(folder, name), 'utf8')))
}

/** Adds a run to those that are kept. @returns the path of the file, relative to the root. */
export function saveRun(root: string, run: Run, implementation = OURS): string {
  const { question } = run.report
  const path = resultsPath(question, implementation)
  const file = join(root, path)
  const before = existsSync(file) ? parseResults(readFileSync(file, 'utf8')).runs : []
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, formatResults({ question, implementation, runs: withRun(before, run) }))
  return path
}

/**
 * @returns the last runs, the new one among them: so many with each number of objects. One on a quiet machine is not pushed
 * out by one on a busy machine.
 */
export function withRun(before: readonly Run[], run: Run): readonly Run[] {
  const { requests } = run.report
  const small = { ...run, report: { ...run.report, requests: requests.slice(0, KEPT_REQUEST_ROWS) } }
  const all = [...before, small]
  const alike = all.filter(({ objects }) => objects === run.objects)
  const surplus = Math.max(0, alike.length - KEPT_RUNS)
  const leaving = new Set([...alike.filter(each => !each.load.quiet), ...alike].slice(0, surplus))
  return all.filter(each => !leaving.has(each))
}

/** @returns of runs with one number of objects those that count: those on a quiet machine, or all when there is none. */
export function countingRuns(runs: readonly Run[]): readonly Run[] {
  const quiet = runs.filter(({ load }) => load.quiet)
  return quiet.length > 0 ? quiet : runs
}

/** Of one figure over several runs. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @returns what several runs say of each figure that any of them has, in the order of the last. */
export function spreadOf(all: readonly Figures[]): ReadonlyMap<string, Spread> {
  const names = new Set([...all].reverse().flatMap(figures => Object.keys(figures)))
  return new Map(
    [...names].map(name => {
      const values = all.flatMap(figures => figures[name] ?? []).sort((a, b) => a - b)
      const [least = 0] = values
      return [name, { median: medianOf(values), least, most: values.at(-1) ?? least }]
    }),
  )
}

/** @returns the middle of sorted numbers, or the mean of the two that are there; 0 of none. */
function medianOf(sorted: readonly number[]): number {
  const [low = 0, high = low] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return (low + high) / 2
}

/** @returns the text of a file: its rows of numbers stay on one line. */
export function formatResults(results: Results): string {
  const text = JSON.stringify(results, null, 2)
  return `${text.replaceAll(/\[\s+(-?\d[^[\]{}"]*?)\s+\]/g, (_, row: string) => `[${row.replaceAll(/\s+/g, ' ')}]`)}\n`
}

function parseResults(text: string): Results {
  // Written by formatResults, and read by its own tests.
  return JSON.parse(text)
}
