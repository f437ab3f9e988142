import { describe, expect, it } from '@jest/globals'
import { staticWeights } from './static-weight.ts'

const clusters = ['a', 'b', 'c'].map(name => ({ metadata: { name } }))
const rule = (weight: number, ...clusterNames: string[]) => ({ targetCluster: { clusterNames }, weight })

describe('staticWeights (scheduling.md §8.2)', () => {
  it.each([
    { name: 'no rules: all weigh 1', rules: [], want: { a: 1, b: 1, c: 1 } },
    { name: 'clusters that no rule takes are dropped', rules: [rule(1, 'a'), rule(2, 'b')], want: { a: 1, b: 2 } },
    { name: 'the largest weight counts', rules: [rule(5, 'a'), rule(2, 'a', 'b')], want: { a: 5, b: 2 } },
    { name: 'rules for others only: all weigh 1', rules: [rule(5, 'z')], want: { a: 1, b: 1, c: 1 } },
    { name: 'an empty target is all clusters', rules: [{ targetCluster: {}, weight: 3 }], want: { a: 3, b: 3, c: 3 } },
  ])('$name', ({ rules, want }) => {
    expect(Object.fromEntries(staticWeights(clusters, rules).map(({ name, votes }) => [name, votes]))).toEqual(want)
  })
})
