import { describe, expect, it } from '@jest/globals'
import { aTask, divided } from '../../testing/division-task.ts'
import type { Placement } from '../placement.ts'
import { staticWeight } from './static-weight.ts'

const weights = (...rules: readonly (readonly [string, number])[]): Placement => ({
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: 'Weighted',
    weightPreference: {
      staticWeightList: rules.map(([name, weight]) => ({ targetCluster: { clusterNames: [name] }, weight })),
    },
  },
})

describe('StaticWeight (scheduling.md §8.2)', () => {
  it.each([
    {
      name: 'a cluster without a rule gets nothing (§13)',
      placement: weights(['a', 1], ['b', 2]),
      want: '9 replicas by static weight (Webster): a:3 b:6',
    },
    {
      name: 'of several rules the largest weight counts',
      placement: weights(['a', 1], ['a', 8], ['b', 1]),
      want: '9 replicas by static weight (Webster): a:8 b:1',
    },
    {
      name: 'rules that take nobody leave all equal',
      placement: weights(['elsewhere', 3]),
      want: '9 replicas by static weight (Webster): a:3 b:3 c:3',
    },
    { name: 'no rules: equal', placement: {}, want: '9 replicas by equal weight (Webster): a:3 b:3 c:3' },
  ])('$name', ({ placement, want }) => {
    const task = aTask({ replicas: 9, free: { a: 0, b: 0, c: 0 }, previous: { c: 9 }, placement })
    expect(divided(staticWeight, task)).toBe(want)
  })

  it.each([
    { name: 'rules', placement: weights(['a', 1]), want: true },
    { name: 'no preference', placement: {}, want: true },
    {
      name: 'an empty preference',
      placement: { replicaScheduling: { weightPreference: { staticWeightList: [] } } },
      want: false,
    },
  ])('with $name spread constraints are ignored: $want (§7)', ({ placement, want }) =>
    expect(staticWeight.ignoresSpread?.(placement)).toBe(want),
  )
})
