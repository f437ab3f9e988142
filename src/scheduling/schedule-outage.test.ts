import { describe, expect, it } from '@jest/globals'
import { aMember } from '../testing/scheduling-cluster.ts'
import type { Placement } from './placement.ts'
import { schedule } from './schedule.ts'

const out = (effect: string) => ({ key: 'cluster.karmada.io/not-ready', effect })
/** member1 is down, and nobody has to leave it yet. */
const CLUSTERS = [
  aMember('member1', { taints: [out('NoSchedule'), out('NoExecute')] }),
  aMember('member2'),
  aMember('member3'),
]
const divided = (preference: string, dynamicWeight?: string): Placement => ({
  clusterTolerations: [{ ...out('NoExecute'), operator: 'Exists', tolerationSeconds: 300 }],
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference: preference,
    ...(dynamicWeight && { weightPreference: { dynamicWeight } }),
  },
})
const EQUAL = divided('Weighted')
const BY_ROOM = divided('Weighted', 'AvailableReplicas')
const FEWEST = divided('Aggregated')
const EACH: Placement = { replicaScheduling: { replicaSchedulingType: 'Duplicated' } }

function targets(placement: Placement, replicas: number, previous: Readonly<Record<string, number>>) {
  const clusters = Object.entries(previous).map(([name, count]) => ({ name, replicas: count }))
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', uid: 'a' }
  const binding = { spec: { resource, replicas, replicaRequirements: {}, placement, clusters } }
  const result = schedule({ binding, clusters: CLUSTERS })
  return Object.fromEntries(result.targets.map(target => [target.name, target.replicas]))
}

describe('a workload that is scaled while a target is down', () => {
  it.each([
    { name: 'equal weights, more', placement: EQUAL, replicas: 9, previous: { member1: 2, member2: 2, member3: 2 } },
    { name: 'by room, more', placement: BY_ROOM, replicas: 9, previous: { member1: 2, member2: 2, member3: 2 } },
    { name: 'into few clusters, more', placement: FEWEST, replicas: 9, previous: { member1: 6 } },
    { name: 'in each cluster, more', placement: EACH, replicas: 3, previous: { member1: 2, member2: 2, member3: 2 } },
  ])('keeps what it has there: $name', ({ placement, replicas, previous }) => {
    expect(targets(placement, replicas, previous)['member1']).toBeGreaterThanOrEqual(previous.member1)
  })

  it.each([
    { name: 'equal weights', placement: EQUAL, replicas: 3, previous: { member1: 2, member2: 2, member3: 2 }, want: 1 },
    { name: 'by room', placement: BY_ROOM, replicas: 3, previous: { member1: 2, member2: 2, member3: 2 }, want: 1 },
    { name: 'into few clusters', placement: FEWEST, replicas: 3, previous: { member1: 6 }, want: 3 },
    {
      name: 'in each cluster',
      placement: EACH,
      replicas: 1,
      previous: { member1: 2, member2: 2, member3: 2 },
      want: 1,
    },
  ])('keeps its share there when it shrinks: $name', ({ placement, replicas, previous, want }) => {
    expect(targets(placement, replicas, previous)['member1']).toBe(want)
  })

  it('goes nowhere near it when it was not there before', () => {
    expect(targets(EQUAL, 4, { member2: 1, member3: 1 })).toEqual({ member2: 2, member3: 2 })
  })
})
