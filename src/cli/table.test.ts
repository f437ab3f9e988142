import { describe, expect, it } from '@jest/globals'
import { formatAge, printTable } from './table.ts'

describe('printTable', () => {
  it('pads every column to its widest cell, and leaves nothing at the end of a line', () => {
    expect(
      printTable(
        ['CLUSTER', 'NAME', 'AGE'],
        [
          ['member1', 'a-long-name', '5s'],
          ['m2', 'b', ''],
        ],
      ),
    ).toEqual(['CLUSTER   NAME          AGE', 'member1   a-long-name   5s', 'm2        b'])
  })

  it('prints the columns where there are no rows', () => {
    expect(printTable(['NAME', 'AGE'], [])).toEqual(['NAME   AGE'])
  })

  it.each([
    { name: 'writes to the clipboard', cell: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
    { name: 'clears the screen', cell: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'begins a row', cell: 'a\nb', want: 'a\\nb' },
    { name: 'is in Latin letters', cell: 'äöü', want: 'äöü' },
    { name: 'is in others', cell: '日本 🚀', want: '日本 🚀' },
  ])('shows a cell that $name in its place', ({ cell, want }) => {
    const pad = ' '.repeat(want.length)
    expect(printTable(['A', cell], [[cell, 'x']])).toEqual([`A${pad.slice(1)}   ${want}`, `${want}   x`])
  })
})

const NOW_MS = Date.parse('2026-01-10T00:00:00Z')

describe('formatAge', () => {
  it.each([
    { name: 'nothing', time: undefined, want: '<unknown>' },
    { name: 'seconds', time: '2026-01-09T23:59:13Z', want: '47s' },
    { name: 'a clock that is ahead', time: '2026-01-10T00:00:03Z', want: '0s' },
    { name: 'minutes and seconds', time: '2026-01-09T23:56:48Z', want: '3m12s' },
    { name: 'whole minutes', time: '2026-01-09T23:55:00Z', want: '5m' },
    { name: 'many minutes', time: '2026-01-09T22:30:00Z', want: '90m' },
    { name: 'hours', time: '2026-01-09T18:30:00Z', want: '5h30m' },
    { name: 'a day', time: '2026-01-08T23:00:00Z', want: '25h' },
    { name: 'days', time: '2025-12-29T00:00:00Z', want: '12d' },
  ])('$name', ({ time, want }) => expect(formatAge(time, NOW_MS)).toBe(want))
})
