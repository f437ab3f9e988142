import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type DynamicDivision, divideDynamically } from './dynamic.ts'

type Counts = Readonly<Record<string, number>>
const division = (options: {
  readonly strategy?: DynamicDivision['strategy']
  readonly replicas: number
  readonly free: Counts
  readonly previous?: Counts
  readonly fresh?: boolean
}): DynamicDivision => ({
  strategy: options.strategy ?? 'DynamicWeight',
  replicas: options.replicas,
  candidates: Object.entries(options.free).map(([name, allocatable]) => ({ name, allocatable })),
  previous: Object.entries(options.previous ?? {}).map(([name, replicas]) => ({ name, replicas })),
  fresh: options.fresh ?? false,
  descendingTies: false,
})

function divided(given: DynamicDivision): Counts | string {
  const result = divideDynamically(given)
  if (result.type === 'short') return `short: ${result.available}`
  return Object.fromEntries([...result.replicas].filter(([, count]) => count > 0))
}

describe('divideDynamically (scheduling.md §8.3)', () => {
  it.each<{ name: string; given: Parameters<typeof division>[0]; want: Counts | string }>([
    {
      name: 'the first time: by room',
      given: { replicas: 12, free: { a: 6, b: 12, c: 18 } },
      want: { a: 2, b: 4, c: 6 },
    },
    { name: 'too little room', given: { replicas: 12, free: { a: 6, b: 5 } }, want: 'short: 11' },
    {
      name: 'steady, scale up: only the difference is divided, by room',
      given: { replicas: 12, free: { a: 6, b: 12 }, previous: { a: 6 } },
      want: { a: 8, b: 4 },
    },
    {
      name: 'steady, scale up: room is needed for the difference only',
      given: { replicas: 7, free: { a: 0, b: 1 }, previous: { a: 6 } },
      want: { a: 6, b: 1 },
    },
    {
      name: 'steady, scale down: in proportion, room does not matter',
      given: { replicas: 6, free: { a: 0, b: 100 }, previous: { a: 8, b: 4 } },
      want: { a: 4, b: 2 },
    },
    {
      name: 'steady, equal: nothing moves',
      given: { replicas: 12, free: { a: 100, b: 0 }, previous: { a: 1, b: 11 } },
      want: { a: 1, b: 11 },
    },
    {
      name: 'a cluster that is no candidate any more gives its replicas to others, which keep theirs (§13)',
      given: { replicas: 12, free: { a: 10, b: 10 }, previous: { a: 4, b: 2, gone: 6 } },
      want: { a: 7, b: 5 },
    },
    {
      name: 'fresh: the previous replicas are room, nothing else',
      given: { replicas: 12, free: { a: 0, b: 6 }, previous: { a: 6 }, fresh: true },
      want: { a: 6, b: 6 },
    },
    {
      name: 'aggregated: the fewest clusters, the roomiest first',
      given: { strategy: 'Aggregated', replicas: 12, free: { a: 6, b: 14, c: 18 } },
      want: { c: 12 },
    },
    {
      name: 'aggregated: by room among the fewest',
      given: { strategy: 'Aggregated', replicas: 24, free: { a: 6, b: 12, c: 18 } },
      want: { b: 10, c: 14 },
    },
    {
      name: 'aggregated, scale up: clusters in use before roomier ones',
      given: { strategy: 'Aggregated', replicas: 10, free: { a: 5, b: 18 }, previous: { a: 5 } },
      want: { a: 10 },
    },
    {
      name: 'aggregated, scale down: the smallest are given up',
      given: { strategy: 'Aggregated', replicas: 6, free: { a: 0, b: 0, c: 0 }, previous: { a: 5, b: 3, c: 1 } },
      want: { a: 4, b: 2 },
    },
    {
      name: 'nothing fits, nothing wanted',
      given: { replicas: 0, free: { a: 0 } },
      want: {},
    },
  ])('$name', ({ given, want }) => expect(divided(division(given))).toEqual(want))
})

describe('properties', () => {
  const counts = fc.dictionary(fc.string({ minLength: 1, maxLength: 3 }), fc.nat(50), { minKeys: 1, maxKeys: 8 })
  const strategy = fc.constantFrom('DynamicWeight', 'Aggregated')

  const scenario = fc.record({ strategy, replicas: fc.nat(200), free: counts, previous: counts, fresh: fc.boolean() })

  it('places every replica, or says that there is no room', () => {
    fc.assert(
      fc.property(scenario, given => {
        const result = divideDynamically(division(given))
        if (result.type !== 'divided') return
        expect([...result.replicas.values()].reduce((a, b) => a + b, 0)).toBe(given.replicas)
      }),
    )
  })
  it('scaling up takes no replica from anybody', () => {
    fc.assert(
      fc.property(scenario, given => {
        const kept = Object.entries(given.previous).filter(([name]) => Object.hasOwn(given.free, name))
        const replicas = kept.reduce((total, [, count]) => total + count, 0) + given.replicas
        const result = divideDynamically(division({ ...given, replicas, fresh: false }))
        if (result.type !== 'divided') return
        for (const [name, count] of kept) expect(result.replicas.get(name)).toBeGreaterThanOrEqual(count)
      }),
    )
  })
})
