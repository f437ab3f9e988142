import type { SweepReport } from '../e2e/secrecy/sweep.ts'

/** Counts of one check or suite. `details` are lines for the closing part: failures and reasons of skips. */
export interface Tally {
  readonly name: string
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly details: readonly string[]
}

/** The parts of jest's `--json` report that are counted. */
export interface JestReport {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/**
 * Counts a jest report. A file that could not run counts as one failure, a report without any test as well: an empty
 * suite must not look like a green one.
 * @param root - prefix taken off file names in the details.
 */
export function tallyJest(name: string, report: JestReport, root: string): Tally {
  const tests = report.testResults.flatMap(file =>
    file.assertionResults.map(test => ({ ...test, file: file.name.replace(`${root}/`, '') })),
  )
  const broken = report.testResults.filter(file => file.status === 'failed' && !hasFailedTest(file))
  const failed = tests.filter(test => test.status === 'failed')
  const skipped = tests.filter(test => !['passed', 'failed'].includes(test.status))
  const empty = tests.length === 0 && broken.length === 0
  return {
    name,
    passed: tests.filter(test => test.status === 'passed').length,
    failed: failed.length + broken.length + (empty ? 1 : 0),
    skipped: skipped.length,
    details: [
      ...failed.map(test => `failed   ${test.file}: ${test.fullName}`),
      ...broken.map(file => `failed   ${file.name.replace(`${root}/`, '')}: could not run`),
      ...(empty ? [`failed   ${name}: no test was found`] : []),
      ...skipped.map(test => `skipped  ${test.file}: ${test.fullName}`),
    ],
  }
}

/** What jest says of a file whose process ended by itself, in the middle of it: no test can do that. */
const CRASHED = /worker process .*terminated by another process: signal=(SIGSEGV|SIGBUS|SIGILL|SIGTRAP)/

/** @returns files that did not fail but took Node down with them: they are worth another run. */
export function crashedFiles(report: JestReport): readonly string[] {
  return report.testResults
    .filter(file => file.status === 'failed' && !hasFailedTest(file) && CRASHED.test(file.message))
    .map(file => file.name)
}

/** @returns the report with what a later one says of the same files. */
export function withLaterResults(report: JestReport, later: JestReport): JestReport {
  const again = new Map(later.testResults.map(file => [file.name, file]))
  return { testResults: report.testResults.map(file => again.get(file.name) ?? file) }
}

function hasFailedTest(file: JestReport['testResults'][number]): boolean {
  return file.assertionResults.some(test => test.status === 'failed')
}

/**
 * Counts all sweeps as one check; without any it has failed: nobody looked.
 *
 * @param printed secrets in what the run itself has printed
 */
export function tallySweeps(reports: readonly SweepReport[], printed: readonly string[] = []): Tally {
  const name = 'no secret in logs, events, metrics and dumps'
  const leaks = reports.flatMap(({ suite, leaks }) => leaks.map(leak => `${suite}: ${leak}`))
  const idle = reports.filter(({ texts, secrets }) => texts === 0 || secrets === 0)
  const why = [
    ...leaks,
    ...printed,
    ...(reports.length === 0 ? ['no suite has looked'] : []),
    ...idle.map(({ suite }) => `${suite}: it had nothing to search, or for`),
  ]
  const ok = why.length === 0
  const details = why.map(line => `failed   ${name}: ${line}`)
  return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, details }
}

/** @returns how much was searched, in words. */
export function describeSweeps(reports: readonly SweepReport[]): string {
  const sum = (field: 'texts' | 'bytes' | 'secrets'): number => reports.reduce((total, one) => total + one[field], 0)
  return `${sum('secrets')} secrets in ${sum('texts')} texts of ${(sum('bytes') / 1e6).toFixed(1)} MB, at the end of ${reports.length} suites`
}

/** @returns the closing line: `N passed, N failed`, and `, N skipped` when there were any. */
export function closingLine(tallies: readonly Tally[]): string {
  const sum = (field: 'passed' | 'failed' | 'skipped'): number => tallies.reduce((n, tally) => n + tally[field], 0)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  return `${sum('passed')} passed, ${sum('failed')} failed${skipped}`
}

/** @returns 0 only when something ran and nothing failed. */
export function exitCode(tallies: readonly Tally[]): 0 | 1 {
  return tallies.some(tally => tally.passed > 0) && tallies.every(tally => tally.failed === 0) ? 0 : 1
}

/** @returns e.g. `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatElapsed(elapsedMs: number): string {
  const seconds = elapsedMs / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`
}
