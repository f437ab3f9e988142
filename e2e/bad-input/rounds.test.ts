import { expect, it } from '@jest/globals'
import { ROUND_CASES, roundStart, roundsOf } from './rounds.ts'

it.each([
  { name: 'few cases are one round', cases: 120, want: [[0, 120]] },
  {
    name: 'the last round has what is left',
    cases: ROUND_CASES + 1,
    want: [
      [0, ROUND_CASES],
      [ROUND_CASES, ROUND_CASES + 1],
    ],
  },
  { name: 'no case is no round', cases: 0, want: [] },
])('$name', ({ cases, want }) => expect(roundsOf(cases).map(({ from, to }) => [from, to])).toEqual(want))

it('knows with whom a case may stand', () => {
  expect([0, ROUND_CASES - 1, ROUND_CASES, 2 * ROUND_CASES + 7].map(roundStart)).toEqual([
    0,
    0,
    ROUND_CASES,
    2 * ROUND_CASES,
  ])
})
