import { describe, expect, it } from '@jest/globals'
import { aMember } from '../../testing/scheduling-cluster.ts'
import { aContext } from '../../testing/scheduling-context.ts'
import { workloadAffinity } from './workload-affinity.ts'

const REASON = 'ResourceBinding with the same affinity group does not target this cluster'

describe('WorkloadAffinity (scheduling.md §4)', () => {
  it.each([
    { name: 'no other is placed', affinityPeers: [], want: undefined },
    { name: 'all others are here', affinityPeers: [['m1'], ['m1', 'm2']], want: undefined },
    { name: 'one of the others is elsewhere', affinityPeers: [['m1'], ['m2']], want: REASON },
    { name: 'it runs here already', affinityPeers: [['m2']], targets: ['m1'], want: undefined },
  ])('$name', ({ affinityPeers, targets = [], want }) => {
    const context = aContext({
      affinityPeers: affinityPeers.map(names => new Set(names)),
      targetNames: new Set<string>(targets),
    })
    expect(workloadAffinity.filter?.(context, aMember('m1'))).toBe(want)
  })
})
