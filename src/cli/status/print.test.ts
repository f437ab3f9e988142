import { describe, expect, it } from '@jest/globals'
import { printSummary } from './print.ts'
import type { Summary } from './summarise.ts'

const NOW_MS = Date.parse('2026-01-01T12:00:00Z')
const NONE = {
  notScheduled: 0,
  notApplied: 0,
  unhealthy: 0,
  stale: 0,
  suspended: 0,
  pending: 0,
  unknown: 0,
  healthy: 0,
}

/** What a member says of itself, and of what it does not apply. */
const summaryOf = (text: string): Summary => ({
  healthy: false,
  operator: { lease: 'flotilla-system/flotilla', holder: text, live: true, renewTime: '2026-01-01T11:59:59Z' },
  members: [{ name: 'member1', ready: true, version: text, nodes: '1', templates: 1, cause: text }],
  templates: { total: 1, byState: { ...NONE, notApplied: 1 } },
  notScheduled: [],
  notApplied: [{ count: 1, reason: text, example: 'Deployment shop/web' }],
  unhealthy: [],
})

describe('printSummary', () => {
  it.each([
    { name: 'reaches for the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
    { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'begins a line', text: 'a\nb', want: 'a\\nb' },
    { name: 'is in any language', text: 'äöü 日本 🚀', want: 'äöü 日本 🚀' },
  ])('prints what $name as text in its line, and colours only its own words', ({ text, want }) => {
    const version = want.padEnd('VERSION'.length)
    expect(printSummary(summaryOf(text), { nowMs: NOW_MS, colours: true }).split('\n')).toEqual([
      `Operator   \u001b[32mok     \u001b[0m   ${want} leads`,
      'Members    \u001b[32mok     \u001b[0m   1 of 1 are ready',
      'Templates  \u001b[31mPROBLEM\u001b[0m   1: 1 not applied',
      '',
      `NAME      READY   ${'VERSION'.padEnd(version.length)}   NODES   TEMPLATES   CAUSE`,
      `member1   True    ${version}   1       1           ${want}`,
      '',
      'Not applied:',
      `  1  ${want}`,
      '     -> flotilla why deployment/web -n shop',
      '',
    ])
  })
})
