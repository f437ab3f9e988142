import { describe, expect, it } from '@jest/globals'
import type { Diagnosis } from './diagnose.ts'
import { printDiagnosis } from './print.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')

/** What a member refuses, and says, in words of its own. */
function diagnosisOf(text: string): Diagnosis {
  const finding = { level: 'cause', code: 'Refused', message: text, remedy: text } as const
  return {
    subject: 'Deployment default/nginx',
    headline: finding,
    findings: [finding, { ...finding }],
    choice: undefined,
    decision: {
      result: 'Success',
      message: text,
      affinity: text,
      selection: text,
      division: text,
      clusters: [],
      omitted: 0,
    },
    members: [{ cluster: 'member1', verdict: 'target', replicas: 1, applied: 'no', health: text, reason: text }],
    lastWarning: {
      about: { kind: 'Deployment', namespace: 'default', name: 'nginx' },
      type: 'Warning',
      reason: text,
      message: text,
      count: 1,
      atMs: NOW_MS - 5000,
    },
  }
}

describe('printDiagnosis', () => {
  it.each([
    { name: 'reaches for the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
    { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'begins a line', text: 'a\nb', want: 'a\\nb' },
    { name: 'is in any language', text: 'äöü 日本 🚀', want: 'äöü 日本 🚀' },
  ])('prints a message that $name as text in its line', ({ text, want }) => {
    const pad = (title: string): string => title.padEnd(want.length)
    expect(printDiagnosis(diagnosisOf(text), NOW_MS).split('\n')).toEqual([
      `${want} (and 1 more, below)`,
      `-> ${want}`,
      '',
      'Besides:',
      `  cause  ${want}`,
      `         -> ${want}`,
      '',
      'Scheduling:',
      `  Success: ${want}`,
      `  Term: ${want}`,
      `  Selection: ${want}`,
      `  Division: ${want}`,
      '',
      `CLUSTER   VERDICT   REPLICAS   APPLIED   ${pad('HEALTH')}   REASON`,
      `member1   target    1          no        ${want.padEnd(6)}   ${want}`,
      '',
      `Last warning, 5s ago: ${want} of Deployment default/nginx: ${want}`,
      '',
    ])
  })
})
