import { describe, expect, it } from '@jest/globals'
import { areFactsDue } from './facts-due.ts'

const known = { read: { atMs: 1000, complete: true }, intervalMs: 10_000, isWatched: true }

describe('version and APIs of a member are read', () => {
  it.each([
    { name: 'at the first look', of: { ...known, read: undefined }, nowMs: 1000, want: true },
    { name: 'not at the next look', of: known, nowMs: 11_000, want: false },
    { name: 'not at the fifth', of: known, nowMs: 53_000, want: false },
    { name: 'at the sixth, which may come early', of: known, nowMs: 56_500, want: true },
    {
      name: 'again where something was missing',
      of: { ...known, read: { atMs: 1000, complete: false } },
      nowMs: 11_000,
      want: true,
    },
    {
      name: 'at each look where nobody tells of changes',
      of: { ...known, isWatched: false },
      nowMs: 11_000,
      want: true,
    },
  ])('$name', ({ of, nowMs, want }) => expect(areFactsDue({ ...of, nowMs })).toBe(want))
})
