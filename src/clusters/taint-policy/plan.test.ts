import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../../api/generated/cluster.ts'
import type { ClusterTaintPolicySpec } from '../../api/generated/cluster-taint-policy.ts'
import { a, condition } from '../../testing/builders.ts'
import { plan } from './plan.ts'

const NOW = '2026-01-01T00:00:10Z'
const gone = { key: 'down', effect: 'NoExecute' } as const
const notReady = { conditionType: 'Ready', operator: 'NotIn', statusValues: ['True'] } as const
const ready = { conditionType: 'Ready', operator: 'In', statusValues: ['True'] } as const

const clusterThatIs = (status: 'True' | 'False' | 'Unknown', taints: readonly Taint[] = []) =>
  a.cluster({ spec: { taints }, status: { conditions: [condition('Ready', status)] } })
const policyWith = (spec: Partial<ClusterTaintPolicySpec>, name = 'down', creationTimestamp = '2026-01-01T00:00:00Z') =>
  a.clusterTaintPolicy({ metadata: { name, creationTimestamp }, spec: { taints: [gone], ...spec } })

describe('the taints of a cluster (clusters.md §3.1)', () => {
  it.each([
    {
      name: 'are added when all conditions hold, with the time',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [notReady] })],
      want: [{ ...gone, timeAdded: NOW }],
    },
    {
      name: 'are not added when one of several conditions does not hold',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [notReady, ready] })],
      want: undefined,
    },
    {
      name: 'are never added without conditions',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [] })],
      want: undefined,
    },
    {
      name: 'do not follow a condition that the cluster does not have, by In',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [{ ...ready, conditionType: 'Other' }] })],
      want: undefined,
    },
    {
      name: 'do not follow a condition that the cluster does not have, by NotIn',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [{ ...notReady, conditionType: 'Other' }] })],
      want: undefined,
    },
    {
      name: 'keep the time and value of one that is there by key and effect',
      cluster: clusterThatIs('False', [{ ...gone, value: 'x', timeAdded: 'before' }]),
      policies: [policyWith({ addOnConditions: [notReady] })],
      want: undefined,
    },
    {
      name: 'are removed by key and effect, others stay',
      cluster: clusterThatIs('True', [
        { ...gone, value: 'x' },
        { key: 'down', effect: 'NoSchedule' },
      ]),
      policies: [policyWith({ removeOnConditions: [ready] })],
      want: [{ key: 'down', effect: 'NoSchedule' }],
    },
    {
      name: 'are as the younger of two policies wants them',
      cluster: clusterThatIs('False', [gone]),
      policies: [
        policyWith({ removeOnConditions: [notReady] }, 'a-younger', '2026-01-02T00:00:00Z'),
        policyWith({ addOnConditions: [notReady] }, 'b-older'),
      ],
      want: [],
    },
    {
      name: 'are left when one policy adds what another one removes at once',
      cluster: clusterThatIs('False'),
      policies: [
        policyWith({ addOnConditions: [notReady] }, 'a'),
        policyWith({ removeOnConditions: [notReady] }, 'b', '2026-01-02T00:00:00Z'),
      ],
      want: undefined,
    },
    {
      name: 'are left by a policy for other clusters',
      cluster: clusterThatIs('False'),
      policies: [policyWith({ addOnConditions: [notReady], targetClusters: { exclude: ['member1'] } })],
      want: undefined,
    },
  ])('$name', ({ cluster, policies, want }) => {
    const planned = plan(cluster, policies, NOW)
    expect(planned?.patch['spec']).toEqual(want && { taints: want })
  })

  it('come with who changed them', () => {
    const planned = plan(clusterThatIs('Unknown'), [policyWith({ addOnConditions: [notReady] })], NOW)
    expect(planned?.changes).toEqual(['added down:NoExecute (down)'])
  })
})
