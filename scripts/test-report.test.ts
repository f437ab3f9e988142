import { describe, expect, it } from '@jest/globals'
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

const file = (name: string, statuses: readonly string[], status = 'passed'): JestReport['testResults'][number] => ({
  name: `/repo/${name}`,
  status,
  message: '',
  assertionResults: statuses.map((each, n) => ({ fullName: `case ${n}`, status: each })),
})
const tally = (passed: number, failed: number, skipped = 0): Tally => ({
  name: 't',
  passed,
  failed,
  skipped,
  details: [],
})

describe('tallyJest', () => {
  it('counts each test once and names failures and skips by file', () => {
    const report = { testResults: [file('a.test.ts', ['passed', 'failed', 'pending', 'todo'], 'failed')] }
    expect(tallyJest('unit', report, '/repo')).toEqual({
      name: 'unit',
      passed: 1,
      failed: 1,
      skipped: 2,
      details: ['failed   a.test.ts: case 1', 'skipped  a.test.ts: case 2', 'skipped  a.test.ts: case 3'],
    })
  })

  it('counts a file that could not run as a failure', () => {
    const report = { testResults: [file('a.test.ts', ['passed']), file('b.test.ts', [], 'failed')] }
    expect(tallyJest('unit', report, '/repo')).toMatchObject({ passed: 1, failed: 1 })
  })

  it('counts a suite without tests as a failure', () => {
    expect(tallyJest('e2e', { testResults: [] }, '/repo')).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('a file in which Node crashed', () => {
  const message = (signal: string) =>
    `A jest worker process (pid=1) was terminated by another process: signal=${signal}, exitCode=null.`
  const crashed = { ...file('a.test.ts', [], 'failed'), message: message('SIGSEGV') }

  it('is told from one that was ended, one that failed, and one that could not be read', () => {
    const others = [
      { ...file('b.test.ts', [], 'failed'), message: message('SIGKILL') },
      { ...file('c.test.ts', ['failed'], 'failed'), message: message('SIGSEGV') },
      { ...file('d.test.ts', [], 'failed'), message: 'SyntaxError' },
    ]
    expect(crashedFiles({ testResults: [crashed, ...others] })).toEqual([crashed.name])
  })

  it('counts as its second run says', () => {
    const merged = withLaterResults(
      { testResults: [crashed, file('b.test.ts', ['passed'])] },
      { testResults: [file('a.test.ts', ['passed'])] },
    )
    expect(tallyJest('unit', merged, '/repo')).toMatchObject({ passed: 2, failed: 0 })
  })
})

describe('closingLine', () => {
  it('adds up and names skips only when there were any', () => {
    expect(closingLine([tally(2, 0), tally(3, 1)])).toBe('5 passed, 1 failed')
    expect(closingLine([tally(2, 0, 4)])).toBe('2 passed, 0 failed, 4 skipped')
  })
})

describe('exitCode', () => {
  it.each([
    { name: 'all green is success', tallies: [tally(1, 0)], want: 0 },
    { name: 'one failure is failure', tallies: [tally(1, 0), tally(4, 1)], want: 1 },
    { name: 'nothing run is failure', tallies: [], want: 1 },
    { name: 'only skipped is failure', tallies: [tally(0, 0, 3)], want: 1 },
  ])('$name', ({ tallies, want }) => expect(exitCode(tallies)).toBe(want))
})

describe('formatElapsed', () => {
  it.each([
    [420, '0.4 s'],
    [12_400, '12 s'],
    [185_000, '3 min 05 s'],
  ])('%d ms reads %s', (elapsedMs, want) => expect(formatElapsed(elapsedMs)).toBe(want))
})

describe('sweeps for secrets', () => {
  const report = { suite: 'a.e2e.test.ts', texts: 3, bytes: 2_000_000, secrets: 4, rights: [], leaks: [] }

  it('are one check together', () => {
    expect(tallySweeps([report, report])).toMatchObject({ passed: 1, failed: 0, details: [] })
    expect(describeSweeps([report, report])).toBe('8 secrets in 6 texts of 4.0 MB, at the end of 2 suites')
  })

  it.each([
    [
      'one has found something',
      [{ ...report, leaks: ['operator.log, byte 7: a token'] }],
      'operator.log, byte 7: a token',
    ],
    ['nobody has looked', [], 'no suite has looked'],
    ['one looked for nothing', [{ ...report, secrets: 0 }], 'it had nothing to search, or for'],
    ['one had nothing to look at', [{ ...report, texts: 0 }], 'it had nothing to search, or for'],
  ])('fail when %s', (_, reports, words) => {
    const { failed, details } = tallySweeps(reports)
    expect(failed).toBe(1)
    expect(details).toEqual([expect.stringContaining(words)])
  })

  it('fail when the run itself has printed a secret', () => {
    expect(tallySweeps([report], ['line 7: a token'])).toMatchObject({ passed: 0, failed: 1 })
  })
})
