import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { fitLine } from './fit.ts'

type Points = readonly (readonly [number, number])[]

describe('a line through points', () => {
  it.each<{ readonly name: string; readonly points: Points; readonly want: object | undefined }>([
    { name: 'nothing has none', points: [], want: undefined },
    { name: 'one point has none', points: [[1, 2]], want: undefined },
    {
      name: 'points above each other have none',
      points: [
        [1, 2],
        [1, 3],
      ],
      want: undefined,
    },
    {
      name: 'two points lie on it',
      points: [
        [0, 1],
        [2, 5],
      ],
      want: { slope: 2, intercept: 1, explained: 1 },
    },
    {
      name: 'what does not grow',
      points: [
        [0, 4],
        [5, 4],
        [9, 4],
      ],
      want: { slope: 0, intercept: 4, explained: 1 },
    },
    {
      name: 'scattered points',
      points: [
        [1, 1],
        [2, 3],
        [3, 2],
        [4, 4],
      ],
      want: { slope: 0.8, intercept: 0.5, explained: 0.64 },
    },
  ])('$name', ({ points, want }) => {
    const fit = fitLine(points)
    const rounded =
      fit && Object.fromEntries(Object.entries(fit).map(([key, value]) => [key, Math.round(value * 1e9) / 1e9]))
    expect(rounded).toEqual(want)
  })

  it('is found again, wherever the points are on it', () => {
    const coordinate = fc.integer({ min: -1000, max: 1000 })
    fc.assert(
      fc.property(coordinate, coordinate, fc.uniqueArray(coordinate, { minLength: 2 }), (slope, intercept, xs) => {
        const fit = fitLine(xs.map(x => [x, intercept + slope * x] as const))
        expect(fit?.slope).toBeCloseTo(slope, 5)
        expect(fit?.intercept).toBeCloseTo(intercept, 3)
      }),
    )
  })
})
