import { describe, expect, it } from '@jest/globals'
import { clusterMatcher } from '../policy/cluster-affinity.ts'
import { aContext } from '../testing/scheduling-context.ts'
import { rankClusters, type Scorer, scorersOf } from './rank.ts'

const only = (...clusterNames: string[]) => clusterMatcher({ clusterNames })
const scorer = (scores: Readonly<Record<string, number>>): Scorer => ({
  name: 'Test',
  score: (_, { metadata }) => scores[metadata.name] ?? 0,
})
const rooms: Readonly<Record<string, number>> = { a: 5, b: 9, c: 5, d: 1 }
const roomOf = ({ metadata }: { readonly metadata: { readonly name: string } }) => {
  const allocatable = rooms[metadata.name] ?? 0
  return { allocatable, available: allocatable }
}

describe('rankClusters (scheduling.md §7)', () => {
  const feasible = ['a', 'b', 'c', 'd'].map(name => ({ metadata: { name } }))
  it.each<{ name: string; tiers?: readonly (readonly string[])[]; scores?: Record<string, number>; want: string }>([
    { name: 'room, then name', want: 'b a c d' },
    { name: 'score before room', scores: { d: 100, c: 100 }, want: 'c d b a' },
    { name: 'the tier before score', tiers: [['d'], ['a', 'b']], scores: { b: 100 }, want: 'd b a c' },
    { name: 'one tier is none', tiers: [['d']], want: 'b a c d' },
  ])('$name', ({ tiers = [], scores = {}, want }) => {
    const context = aContext({ tiers: tiers.map(names => only(...names)) })
    const ranked = rankClusters(feasible, context, { scorers: [scorer(scores)], roomOf })
    expect(ranked.map(({ name }) => name).join(' ')).toBe(want)
  })

  it('adds the scores of all plugins, and tells each', () => {
    const scorers = [scorer({ a: 100 }), scorer({ a: 30, b: 70 })]
    const ranked = rankClusters(feasible.slice(0, 2), aContext({}), { scorers, roomOf })
    expect(ranked.map(({ name, score, scores }) => ({ name, score, scores }))).toEqual([
      { name: 'a', score: 130, scores: [100, 30] },
      { name: 'b', score: 70, scores: [0, 70] },
    ])
  })

  it('tells a cluster that no tier takes from all others', () => {
    const context = aContext({ tiers: [only('a'), only('b')] })
    const ranked = rankClusters(feasible.slice(0, 3), context, { scorers: [], roomOf })
    expect(ranked.map(({ name, tier }) => `${name}:${tier}`)).toEqual(['a:0', 'b:1', 'c:1000'])
  })
})

it('scorersOf keeps the plugins that score', () => {
  expect(scorersOf([{ name: 'Filter', filter: () => undefined }, scorer({})]).map(({ name }) => name)).toEqual(['Test'])
})
