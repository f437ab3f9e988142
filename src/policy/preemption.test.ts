import { describe, expect, it } from '@jest/globals'
import { CLUSTER_PROPAGATION_POLICY, PROPAGATION_POLICY } from '../api/kinds.ts'
import { type PreemptingPolicy, preemptingPolicy } from './preemption.ts'

const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'default', name: 'nginx' } }
const NAMED = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx' }
const ALL = { apiVersion: 'apps/v1', kind: 'Deployment' }

const policy = (name: string, priority: number, change: Partial<PreemptingPolicy['spec']> = {}): PreemptingPolicy => ({
  metadata: { name, namespace: 'default' },
  spec: { resourceSelectors: [NAMED], priority, preemption: 'Always', ...change },
})
const near = (priority: number) => ({ kind: PROPAGATION_POLICY, policy: policy('claiming', priority) })
const wide = (priority: number) => ({ kind: CLUSTER_PROPAGATION_POLICY, policy: policy('claiming', priority) })

describe('preemptingPolicy (propagation.md §5.1)', () => {
  it.each<{
    name: string
    claiming: ReturnType<typeof near> | ReturnType<typeof wide>
    policies?: readonly PreemptingPolicy[]
    clusterPolicies?: readonly PreemptingPolicy[]
    want: string | undefined
  }>([
    { name: 'a higher priority takes over', claiming: near(1), policies: [policy('p', 2)], want: 'p' },
    { name: 'an equal one does not', claiming: near(2), policies: [policy('p', 2)], want: undefined },
    { name: 'the highest of several', claiming: near(1), policies: [policy('p', 2), policy('q', 3)], want: 'q' },
    {
      name: 'who does not say Always does not',
      claiming: near(1),
      policies: [policy('p', 2, { preemption: 'Never' })],
      want: undefined,
    },
    {
      name: 'who does not name the object does not',
      claiming: near(1),
      policies: [policy('p', 2, { resourceSelectors: [ALL] })],
      want: undefined,
    },
    {
      name: 'one of the namespace takes from one of the cluster, whatever priorities are',
      claiming: wide(9),
      policies: [policy('p', 0)],
      want: 'p',
    },
    {
      name: 'one of the cluster never takes from one of the namespace',
      claiming: near(0),
      clusterPolicies: [policy('c', 9)],
      want: undefined,
    },
    {
      name: 'one of the cluster takes from a lower one of the cluster',
      claiming: wide(1),
      clusterPolicies: [policy('c', 2)],
      want: 'c',
    },
    { name: 'but not from an equal one', claiming: wide(2), clusterPolicies: [policy('c', 2)], want: undefined },
    {
      name: 'one that is being deleted does not',
      claiming: near(1),
      policies: [{ ...policy('p', 2), metadata: { name: 'p', namespace: 'default', deletionTimestamp: 'now' } }],
      want: undefined,
    },
    {
      name: 'nor one of another namespace',
      claiming: near(1),
      policies: [{ ...policy('p', 2), metadata: { name: 'p', namespace: 'other' } }],
      want: undefined,
    },
  ])('$name', ({ claiming, policies = [], clusterPolicies = [], want }) =>
    expect(preemptingPolicy(object, claiming, { policies, clusterPolicies })?.policy.metadata.name).toBe(want),
  )
})
