import { describe, expect, it } from '@jest/globals'
import { newPaint } from '../colour.ts'
import type { MemberFinding, Report } from './examine.ts'
import { printReport } from './print.ts'

const member = (name: string, fields: Partial<MemberFinding> = {}): MemberFinding => ({
  name,
  level: 'ok',
  ready: 'True',
  connected: 'True',
  version: 'v1.36.3',
  cause: '',
  ...fields,
})

const REPORT: Report = {
  healthy: true,
  host: {
    kind: 'dedicated',
    version: 'v1.36.3',
    level: 'ok',
    reasons: ['Nothing runs.'],
    consequences: ['All stays.'],
    unread: [],
  },
  operator: { level: 'ok', message: 'pod-1 leads.' },
  api: { level: 'ok', message: '8 CRDs.' },
  admission: { level: 'ok', message: 'All are there.' },
  members: { level: 'ok', message: 'No member has joined yet.', clusters: [] },
  checks: [],
}

describe('printReport', () => {
  it('tells what was looked at, line by line', () => {
    expect(printReport(REPORT)).toBe(`Host        ok          dedicated, Kubernetes v1.36.3
                        Nothing runs.
                        -> All stays.
Operator    ok          pod-1 leads.
API         ok          8 CRDs.
Admission   ok          All are there.
Members     ok          No member has joined yet.

No problems.
`)
  })

  it('lists members, counts problems once, and says what was not read', () => {
    const down = {
      level: 'problem',
      ready: 'False',
      connected: 'False',
      version: '',
      cause: 'Refused: nobody listens.',
    } as const
    const text = printReport({
      ...REPORT,
      healthy: false,
      host: { ...REPORT.host, unread: ['Nodes: forbidden'] },
      operator: { level: 'unread', message: 'Lease: forbidden' },
      api: { level: 'warning', message: 'Of another version.' },
      members: { level: 'problem', message: '1 of 2 are ready.', clusters: [member('a'), member('member2', down)] },
    })
    expect(text).toBe(`Host        ok          dedicated, Kubernetes v1.36.3
                        Nothing runs.
                        -> All stays.
            not read    Nodes: forbidden
Operator    not read    Lease: forbidden
API         warning     Of another version.
Admission   ok          All are there.
Members     PROBLEM     1 of 2 are ready.

NAME     READY  CONNECTED  VERSION  CAUSE
a        True   True       v1.36.3
member2  False  False      -        Refused: nobody listens.

1 problem, 1 to know, 2 that your rights do not reach.
`)
  })

  it.each([
    { name: 'reaches for the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
    { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'begins a line', text: 'a\nb', want: 'a\\nb' },
    { name: 'is in any language', text: 'äöü 日本 🚀', want: 'äöü 日本 🚀' },
  ])('prints a message that $name as text in its line, and colours only its own words', ({ text, want }) => {
    const report: Report = {
      ...REPORT,
      operator: { level: 'problem', message: text },
      members: { ...REPORT.members, clusters: [member('a', { cause: text })] },
    }
    const lines = printReport(report, newPaint({ isTerminal: true, env: {} })).split('\n')
    expect(lines).toContain(`Operator    \u001b[31mPROBLEM     \u001b[0m${want}`)
    expect(lines).toContain(`a     True   True       v1.36.3  ${want}`)
  })
})
