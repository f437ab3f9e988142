// What `make test` runs: every check as one counted test, then the jest suites, cheap ones first. A failure does not stop
// the run. The last line is the count that CI reads.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SweepReport } from '../e2e/secrecy/sweep.ts'
import { DECLARED_RULES } from '../src/host-rules.ts'
import { type Outcome, runCommand } from './child-process.ts'
import { printedSecrets } from './printed-secrets.ts'
import { mergeRules } from './rbac-rules.ts'
import {
  closingLine,
  crashedFiles,
  describeSweeps,
  exitCode,
  formatElapsed,
  type JestReport,
  type Tally,
  tallyJest,
  tallySweeps,
  withLaterResults,
} from './test-report.ts'
import { unusedRights } from './unused-rights.ts'

const MINUTE_MS = 60_000
/** A line is printed when nothing else was for so long. */
const SILENCE_MS = 15_000

/** Checks by the name they are counted under; each is an npm script, so that it can be run alone. */
const CHECKS: readonly { readonly name: string; readonly script: string }[] = [
  { name: 'types', script: 'check:types' },
  { name: 'lint and format', script: 'check:lint' },
  { name: 'layers and sizes', script: 'check:layers' },
  { name: 'generated files are up to date', script: 'verify' },
  { name: 'examples are valid', script: 'check:examples' },
  { name: 'links in the documents', script: 'check:docs' },
  { name: 'dependencies', script: 'check:dependencies' },
]

/** Compiles the servers that the suites need, or finds them in the cache; counted only when it fails. */
const PREPARATION = { name: 'programs of the control planes', script: 'build:controlplanes', limitMs: 45 * MINUTE_MS }

/** The jest projects. The later two start servers: on a small machine few of them fit side by side. */
const SUITES: readonly {
  readonly name: string
  readonly script: string
  readonly limitMs: number
  readonly needsServers: boolean
}[] = [
  { name: 'unit', script: 'test', limitMs: 10 * MINUTE_MS, needsServers: false },
  { name: 'apiserver', script: 'test:apiserver', limitMs: 30 * MINUTE_MS, needsServers: true },
  { name: 'e2e', script: 'e2e', limitMs: 60 * MINUTE_MS, needsServers: true },
]

const root = join(import.meta.dirname, '..')
const startedMs = performance.now()
/** All that was printed, to be searched for secrets. */
const printed: string[] = []

function print(text: string): void {
  printed.push(text)
  process.stdout.write(text)
}

/** Runs `work` and prints a line with the elapsed time whenever it has been silent for a while. */
async function withHeartbeat<T>(name: string, work: (output: (text: string) => void) => Promise<T>): Promise<T> {
  const sinceMs = performance.now()
  let lastMs = sinceMs
  const timer = setInterval(() => {
    if (performance.now() - lastMs < SILENCE_MS) return
    lastMs = performance.now()
    print(`     ${name} ... ${formatElapsed(lastMs - sinceMs)}\n`)
  }, 1000)
  try {
    return await work(text => {
      lastMs = performance.now()
      print(text)
    })
  } finally {
    clearInterval(timer)
  }
}

function tallyOutcome(name: string, outcome: Outcome): Tally {
  const ok = outcome.ending === 'exited' && outcome.exitCode === 0
  const why = outcome.ending === 'exited' ? `exit code ${outcome.exitCode ?? 'none (a signal)'}` : outcome.ending
  return {
    name,
    passed: ok ? 1 : 0,
    failed: ok ? 0 : 1,
    skipped: 0,
    details: ok ? [] : [`failed   ${name}: ${why}`],
  }
}

async function runCheck(check: (typeof CHECKS)[number], signal: AbortSignal): Promise<Tally> {
  let output = ''
  const outcome = await withHeartbeat(check.name, () =>
    runCommand(
      {
        ...check,
        file: 'npm',
        args: ['run', '-s', check.script],
        limitMs: 5 * MINUTE_MS,
        onOutput: text => {
          output += text
        },
      },
      signal,
    ),
  )
  const tally = tallyOutcome(check.name, outcome)
  print(`${tally.failed > 0 ? 'FAIL' : 'ok  '} ${check.name} (${formatElapsed(outcome.elapsedMs)})\n`)
  if (tally.failed > 0) print(`${output.trimEnd()}\n`)
  // What a check could not do here, and says so.
  const skipped = output.split('\n').filter(line => line.startsWith('skipped  '))
  return { ...tally, skipped: skipped.length, details: [...tally.details, ...skipped] }
}

async function prepare(signal: AbortSignal): Promise<readonly Tally[]> {
  print(`\n---- ${PREPARATION.name}: compiled from source on the first run (10 to 20 minutes), then cached\n`)
  const outcome = await withHeartbeat(PREPARATION.name, onOutput =>
    runCommand({ ...PREPARATION, file: 'npm', args: ['run', '-s', PREPARATION.script], onOutput }, signal),
  )
  const tally = tallyOutcome(PREPARATION.name, outcome)
  print(`${tally.failed > 0 ? 'FAIL' : 'ok  '} ${PREPARATION.name} (${formatElapsed(outcome.elapsedMs)})\n`)
  return tally.failed > 0 ? [tally] : []
}

/** Counts what jest wrote; a suite that died or had to be ended counts as one more failure. */
function tallySuite(name: string, outcome: Outcome, reportFile: string): Tally {
  if (!existsSync(reportFile)) return tallyOutcome(`${name} suite`, { ...outcome, exitCode: outcome.exitCode || 1 })
  const report = readReport(reportFile)
  const tally = tallyJest(name, report, root)
  const unexplained = outcome.ending !== 'exited' || (outcome.exitCode !== 0 && tally.failed === 0)
  if (!unexplained) return tally
  const ended = tallyOutcome(`${name} suite`, { ...outcome, exitCode: outcome.exitCode || 1 })
  return { ...tally, failed: tally.failed + 1, details: [...tally.details, ...ended.details] }
}

interface JestRun {
  /** Where suites say what they searched for secrets. */
  readonly sweeps: string
  readonly suite: (typeof SUITES)[number]
  readonly reportFile: string
  /** Default: all. */
  readonly files?: readonly string[]
}

function runJest({ suite, reportFile, sweeps, files = [] }: JestRun, signal: AbortSignal): Promise<Outcome> {
  const only = files.length === 0 ? [] : ['--runTestsByPath', ...files]
  return withHeartbeat(suite.name, onOutput =>
    runCommand(
      {
        ...suite,
        file: 'npm',
        env: { FLOTILLA_SECRECY_REPORTS: sweeps },
        args: ['run', '-s', suite.script, '--', '--json', `--outputFile=${reportFile}`, '--passWithNoTests', ...only],
        onOutput,
        isFinished: () => existsSync(reportFile),
      },
      signal,
    ),
  )
}

const readReport = (file: string): JestReport => JSON.parse(readFileSync(file, 'utf8'))

/** Files in which Node itself crashed are run once more, on their own; what they say then counts. */
async function repeatCrashed(run: JestRun, first: Outcome, signal: AbortSignal): Promise<Outcome> {
  if (!existsSync(run.reportFile)) return first
  const report = readReport(run.reportFile)
  const files = crashedFiles(report)
  if (files.length === 0) return first
  print(`\n---- ${run.suite.name}: Node crashed in ${files.join(', ')}; once more\n`)
  const laterFile = `${run.reportFile}.again`
  const again = await runJest({ ...run, reportFile: laterFile, files }, signal)
  if (!existsSync(laterFile)) return first
  const merged = withLaterResults(report, readReport(laterFile))
  writeFileSync(run.reportFile, JSON.stringify(merged))
  const failed = merged.testResults.some(file => file.status === 'failed')
  const elapsedMs = first.elapsedMs + again.elapsedMs
  return { ...first, elapsedMs, ...(first.ending === 'exited' && { exitCode: failed ? 1 : again.exitCode }) }
}

async function runSuite(suite: (typeof SUITES)[number], folder: string, signal: AbortSignal): Promise<Tally> {
  const reportFile = join(folder, `${suite.name}.json`)
  print(`\n---- ${suite.name}\n`)
  const run = { suite, reportFile, sweeps: sweepsIn(folder) }
  const outcome = await repeatCrashed(run, await runJest(run, signal), signal)
  const tally = tallySuite(suite.name, outcome, reportFile)
  const counts = closingLine([tally])
  print(`${tally.failed > 0 ? 'FAIL' : 'ok  '} ${suite.name}: ${counts} (${formatElapsed(outcome.elapsedMs)})\n`)
  return tally
}

const sweepsIn = (folder: string): string => join(folder, 'sweeps')

/** Every suite with a fleet has searched what its programs said at its end: together, and with what all have printed, they are one check. */
function sweptTally(folder: string): Tally {
  const sweeps = sweepsIn(folder)
  const files = existsSync(sweeps) ? readdirSync(sweeps) : []
  const reports = files.map((file): SweepReport => JSON.parse(readFileSync(join(sweeps, file), 'utf8')))
  const tally = tallySweeps(reports, printedSecrets(printed.join('')))
  print(`\n${tally.failed > 0 ? 'FAIL' : 'ok  '} ${tally.name}: ${describeSweeps(reports)}\n`)
  // For who reads it: a run of some suites, or one in which a suite failed, uses less.
  const unused = unusedRights(mergeRules(DECLARED_RULES), new Set(reports.flatMap(({ rights }) => rights)))
  print(`     rights on the host that no suite was seen to use: ${unused.join(', ') || 'none'}\n`)
  return tally
}

async function runAll(folder: string, signal: AbortSignal): Promise<readonly Tally[]> {
  const tallies: Tally[] = []
  let isPrepared = false
  for (const check of CHECKS) if (!signal.aborted) tallies.push(await runCheck(check, signal))
  for (const suite of SUITES) {
    if (suite.needsServers && !isPrepared) {
      isPrepared = true
      tallies.push(...(await prepare(signal)))
    }
    if (!signal.aborted) tallies.push(await runSuite(suite, folder, signal))
  }
  if (!signal.aborted) tallies.push(sweptTally(folder))
  return tallies
}

async function main(): Promise<number> {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort())
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-test-'))
  try {
    const tallies = await runAll(folder, stop.signal)
    const details = tallies.flatMap(tally => tally.details)
    print(`\n${details.map(line => `${line}\n`).join('')}`)
    print(`${stop.signal.aborted ? 'interrupted' : 'done'} after ${formatElapsed(performance.now() - startedMs)}\n`)
    print(`${closingLine(tallies)}\n`)
    return stop.signal.aborted ? 130 : exitCode(tallies)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

process.exitCode = await main()
