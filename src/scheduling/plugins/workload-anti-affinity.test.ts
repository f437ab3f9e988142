import { describe, expect, it } from '@jest/globals'
import { aMember } from '../../testing/scheduling-cluster.ts'
import { aContext } from '../../testing/scheduling-context.ts'
import { workloadAntiAffinity } from './workload-anti-affinity.ts'

const REASON = 'cluster already has workload with the same anti-affinity group'

describe('WorkloadAntiAffinity (scheduling.md §4)', () => {
  it.each([
    { name: 'no other is placed', antiAffinityPeers: [], want: undefined },
    { name: 'the others are elsewhere', antiAffinityPeers: [['m2'], ['m3']], want: undefined },
    { name: 'one of the others is here', antiAffinityPeers: [['m2'], ['m1', 'm3']], want: REASON },
    { name: 'it runs here already', antiAffinityPeers: [['m1']], targets: ['m1'], want: undefined },
  ])('$name', ({ antiAffinityPeers, targets = [], want }) => {
    const context = aContext({
      antiAffinityPeers: antiAffinityPeers.map(names => new Set(names)),
      targetNames: new Set<string>(targets),
    })
    expect(workloadAntiAffinity.filter?.(context, aMember('m1'))).toBe(want)
  })
})
