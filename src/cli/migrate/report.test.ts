import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { runningFindings } from './checks.ts'
import { printReport } from './print.ts'
import { blocking, error, FINDING_CODES, note, type Report, warning } from './report.ts'
import { memberFindings } from './verify.ts'

const REPORT: Report = {
  phase: 'all',
  dryRun: false,
  source: { id: 's', clusters: ['m'], running: [] },
  host: [{ object: 'Namespace shop', action: 'create', note: '' }],
  members: [{ cluster: 'm', object: 'Deployment shop/web', verdict: 'restarts', changes: ['/spec/x: 1 -> 2'] }],
  findings: [error('WouldRestart', 'It would.'), warning('NotCarried', 'This stays.')],
  outcome: ['Stopped.'],
}

it('the how-to has a row for each code', () => {
  const text = readFileSync(
    fileURLToPath(new URL('../../../docs/how-to/migrate-from-karmada.md', import.meta.url)),
    'utf8',
  )
  const rows = text.split('\n').filter(line => line.startsWith('| `'))
  const listed = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code))
  expect(FINDING_CODES.filter(code => !listed.includes(code))).toEqual([])
})

describe('blocking', () => {
  it.each([
    { name: 'errors stop', findings: [error('Conflict', '')], accepted: [], want: 1 },
    { name: 'warnings and notes do not', findings: [warning('Conflict', ''), note('Held', '')], accepted: [], want: 0 },
    {
      name: 'two that write at once cannot be accepted',
      findings: [error('KarmadaRuns', '')],
      accepted: ['KarmadaRuns'],
      want: 1,
    },
    { name: 'accepted ones do not either', findings: [error('Conflict', '')], accepted: ['Conflict'], want: 0 },
  ])('$name', ({ findings, accepted, want }) => expect(blocking(findings, accepted).length).toBe(want))
})

describe('printReport', () => {
  it('tells all of it', () => {
    expect(printReport(REPORT, [])).toBe(`Karmada   1 clusters (m); its controllers are stopped

ON THE HOST     ACTION  NOTE
Namespace shop  create

IN MEMBER  OBJECT               VERDICT   CHANGES
m          Deployment shop/web  restarts  /spec/x: 1 -> 2

PROBLEM   WouldRestart: It would.
warning   NotCarried: This stays.

Stopped.
`)
  })

  it('says what was accepted', () => {
    expect(printReport(REPORT, ['WouldRestart'])).toContain('accepted  WouldRestart: It would.\n')
  })
})

describe('memberFindings', () => {
  it.each([
    { verdict: 'same', want: [] },
    { verdict: 'changes', want: ['error WouldChange'] },
    { verdict: 'restarts', want: ['error WouldRestart'] },
    { verdict: 'absent', want: ['error WouldCreate'] },
    { verdict: 'foreign', want: ['warning Refused'] },
    { verdict: 'refused', want: ['error Refused'] },
    { verdict: 'unreachable', want: ['error Unreachable'] },
  ] as const)('$verdict', ({ verdict, want }) => {
    const found = memberFindings([{ cluster: 'm', object: 'ConfigMap a', verdict, changes: [] }])
    expect(found.map(({ level, code }) => `${level} ${code}`)).toEqual(want)
  })
})

describe('runningFindings', () => {
  const lease = (live: boolean) => ({ lease: 'karmada-system/karmada-scheduler', holder: 'h', renewTime: '', live })
  it.each([
    { name: 'nobody renews', leases: [lease(false)], want: 0 },
    { name: 'somebody does', leases: [lease(true)], want: 1 },
  ])('$name', ({ leases, want }) => {
    const source = {
      id: '',
      clusters: [],
      secrets: [],
      bindings: [],
      works: [],
      rules: [],
      unsupported: [],
      templates: [],
      extras: [],
      namespaces: [],
    }
    expect(runningFindings({ ...source, leases }).length).toBe(want)
  })
})
