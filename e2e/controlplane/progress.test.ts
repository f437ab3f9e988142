import { describe, expect, it } from '@jest/globals'
import { formatElapsed } from './progress.ts'

describe('formatElapsed', () => {
  it.each([
    { ms: 400, want: '0s' },
    { ms: 45_000, want: '45s' },
    { ms: 80_000, want: '1m20s' },
    { ms: 185_000, want: '3m05s' },
  ])('$ms ms is $want', ({ ms, want }) => expect(formatElapsed(ms)).toBe(want))
})
