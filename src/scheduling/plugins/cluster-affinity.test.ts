import { describe, expect, it } from '@jest/globals'
import { clusterMatcher } from '../../policy/cluster-affinity.ts'
import { aContext } from '../../testing/scheduling-context.ts'
import { clusterAffinity } from './cluster-affinity.ts'

const REASON = 'cluster(s) did not match the placement cluster affinity constraint'
const member1 = { metadata: { name: 'member1' } }
const only = (...clusterNames: string[]) => clusterMatcher({ clusterNames })

describe('ClusterAffinity (scheduling.md §4)', () => {
  it.each([
    { name: 'no affinity takes all', tiers: [], want: undefined },
    { name: 'the affinity takes it', tiers: [only('member1')], want: undefined },
    { name: 'an overflow affinity takes it', tiers: [only('a'), only('member1')], want: undefined },
    { name: 'nobody takes it', tiers: [only('a'), only('b')], want: REASON },
  ])('$name', ({ tiers, want }) => expect(clusterAffinity.filter?.(aContext({ tiers }), member1)).toBe(want))

  it('scores nothing', () => expect(clusterAffinity.score?.(aContext({}), member1)).toBe(0))
})
