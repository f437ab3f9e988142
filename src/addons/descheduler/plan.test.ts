import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { describeEvictions, isMovable, planDescheduling } from './plan.ts'

const CLAIM = { 'propagationpolicy.karmada.io/permanent-id': 'p' }
const AGGREGATED = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' }
const applied = (replicaScheduling: object) => ({
  'policy.karmada.io/applied-placement': JSON.stringify({ replicaScheduling }),
})

describe('a binding is movable', () => {
  const dynamic = { weightPreference: { dynamicWeight: 'AvailableReplicas' } }
  const weighted = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' }
  const job = { apiVersion: 'batch/v1', kind: 'Job', name: 'nginx' }
  it.each<{
    name: string
    annotations?: Record<string, string>
    spec?: Partial<Binding['spec']>
    labels?: object
    want: boolean
  }>([
    { name: 'when it is aggregated', annotations: applied(AGGREGATED), want: true },
    { name: 'when it is weighted by room', annotations: applied({ ...weighted, ...dynamic }), want: true },
    {
      name: 'not by static weights',
      annotations: applied({ ...weighted, weightPreference: { staticWeightList: [] } }),
      want: false,
    },
    { name: 'not by no weights at all', annotations: applied(weighted), want: false },
    { name: 'not when it is duplicated', annotations: applied({ replicaSchedulingType: 'Duplicated' }), want: false },
    { name: 'not before it was placed', want: false },
    { name: 'not when that is unreadable', annotations: { 'policy.karmada.io/applied-placement': '{' }, want: false },
    { name: 'not when it is no Deployment', annotations: applied(AGGREGATED), spec: { resource: job }, want: false },
    {
      name: 'not while nobody would place it again',
      annotations: applied(AGGREGATED),
      spec: { suspension: { scheduling: true } },
      want: false,
    },
    { name: 'not without a policy', annotations: applied(AGGREGATED), labels: {}, want: false },
  ])('$name', ({ annotations = {}, spec = {}, labels = CLAIM, want }) => {
    const binding = a.binding({ metadata: { annotations, labels: { ...labels } }, spec })
    expect(isMovable(binding, 'default-scheduler')).toBe(want)
  })
})

describe('what is taken from a cluster (addons.md §3)', () => {
  it.each([
    { name: 'pods without a node', replicas: 5, ready: 3, unschedulable: 2, want: 3 },
    {
      name: 'pods without a node, but not what waits for other reasons',
      replicas: 5,
      ready: 1,
      unschedulable: 2,
      want: 3,
    },
    { name: 'nothing that is ready', replicas: 5, ready: 4, unschedulable: 2, want: 4 },
    { name: 'all', replicas: 2, ready: undefined, unschedulable: 2, want: 0 },
    { name: 'nothing when all are ready', replicas: 2, ready: 2, unschedulable: 2, want: 2 },
    { name: 'nothing when more are ready than should be', replicas: 2, ready: 3, unschedulable: 1, want: 2 },
    { name: 'nothing when more wait than should be', replicas: 2, ready: 1, unschedulable: 3, want: 2 },
    { name: 'nothing when none waits', replicas: 2, ready: 0, unschedulable: 0, want: 2 },
  ])('$name', ({ replicas, ready, unschedulable, want }) => {
    const status = { ...(ready !== undefined && { readyReplicas: ready }) }
    const binding = a.binding({
      spec: {
        clusters: [
          { name: 'm1', replicas },
          { name: 'm2', replicas: 7 },
        ],
      },
      status: { aggregatedStatus: [{ clusterName: 'm1', status }] },
    })
    const plan = planDescheduling(binding, cluster => (cluster === 'm1' ? unschedulable : 0))
    expect(plan?.clusters ?? binding.spec.clusters).toEqual([
      { name: 'm1', replicas: want },
      { name: 'm2', replicas: 7 },
    ])
    expect(plan?.evicted ?? []).toEqual(want === replicas ? [] : [{ cluster: 'm1', replicas: replicas - want }])
  })

  it('is told', () => {
    expect(
      describeEvictions([
        { cluster: 'm1', replicas: 2 },
        { cluster: 'm3', replicas: 1 },
      ]),
    ).toBe('2 in m1, 1 in m3')
  })
})
