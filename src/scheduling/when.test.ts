import { describe, expect, it } from '@jest/globals'
import type { Placement, SchedulableBinding, SchedulableSpec } from './placement.ts'
import { appliedPlacementOf, isOurs, needsScheduling } from './when.ts'

const POLICY_ID = 'propagationpolicy.karmada.io/permanent-id'
const resource = { apiVersion: 'apps/v1', kind: 'Deployment' }
const divided: Placement = {
  replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' },
}
const binding = (options: {
  readonly placement?: Placement
  readonly applied?: Placement | string
  readonly spec?: Partial<SchedulableSpec>
  readonly status?: NonNullable<SchedulableBinding['status']>
}): SchedulableBinding => {
  const placement = options.placement ?? divided
  const applied = options.applied ?? placement
  return {
    metadata: {
      annotations: {
        'policy.karmada.io/applied-placement': typeof applied === 'string' ? applied : appliedPlacementOf(applied),
      },
    },
    spec: { resource, replicas: 2, clusters: [{ name: 'member1', replicas: 2 }], placement, ...options.spec },
    ...(options.status && { status: options.status }),
  }
}
const terms = (first: readonly string[], second: readonly string[]): Placement => ({
  ...divided,
  clusterAffinities: [
    { affinityName: 'first', clusterNames: first },
    { affinityName: 'second', clusterNames: second },
  ],
})
const observing = (name: string) => ({ schedulerObservingAffinityName: name })

describe('needsScheduling (scheduling.md §3)', () => {
  it.each<{ name: string; given: SchedulableBinding; want: string | undefined }>([
    { name: '6: a divided workload at rest', given: binding({}), want: undefined },
    { name: '1: never scheduled', given: binding({ applied: '' }), want: 'PlacementChanged' },
    { name: '1: without metadata', given: { spec: binding({}).spec }, want: 'PlacementChanged' },
    { name: '1: an annotation that cannot be read is no change', given: binding({ applied: '{' }), want: undefined },
    { name: '1: an annotation that is no object is no change', given: binding({ applied: '[]' }), want: undefined },
    {
      name: '1: the affinity changed',
      given: binding({ applied: divided, placement: { ...divided, clusterAffinity: { clusterNames: ['a'] } } }),
      want: 'PlacementChanged',
    },
    {
      name: '1: empty values are no change',
      given: binding({
        applied: '{"replicaScheduling":{"replicaDivisionPreference":"Weighted","replicaSchedulingType":"Divided"}}',
        placement: { ...divided, clusterTolerations: [], clusterAffinity: { clusterNames: [] } },
      }),
      want: undefined,
    },
    {
      name: '1: the observed term changed',
      given: binding({ applied: terms(['a'], ['b']), placement: terms(['a', 'c'], ['b']), status: observing('first') }),
      want: 'PlacementChanged',
    },
    {
      name: '1: another term changed',
      given: binding({ applied: terms(['a'], ['b']), placement: terms(['a'], ['c']), status: observing('first') }),
      want: undefined,
    },
    {
      name: '1: terms changed while none is observed',
      given: binding({ applied: terms(['a'], ['b']), placement: terms(['a'], ['c']) }),
      want: 'PlacementChanged',
    },
    {
      name: '1: the observed term is gone',
      given: binding({
        applied: terms(['a'], ['b']),
        placement: { ...divided, clusterAffinities: [{ affinityName: 'first' }] },
        status: observing('second'),
      }),
      want: 'PlacementChanged',
    },
    { name: '2: the sum of a division differs', given: binding({ spec: { replicas: 3 } }), want: 'ReplicasChanged' },
    {
      name: '2: a duplicate differs',
      given: binding({
        placement: { replicaScheduling: { replicaSchedulingType: 'Duplicated' } },
        spec: { replicas: 3 },
      }),
      want: 'ReplicasChanged',
    },
    {
      name: '2: several components that are nowhere yet',
      given: binding({ spec: { replicas: 0, clusters: [], components: [{ name: 'manager', replicas: 1 }] } }),
      want: 'ReplicasChanged',
    },
    {
      name: '3: a reschedule was asked for',
      given: binding({
        spec: { rescheduleTriggeredAt: '2026-01-02T00:00:00Z' },
        status: { lastScheduledTime: '2026-01-01T23:59:59Z' },
      }),
      want: 'RescheduleTriggered',
    },
    {
      name: '3: a reschedule was done already',
      given: binding({
        spec: { rescheduleTriggeredAt: '2026-01-02T00:00:00Z' },
        status: { lastScheduledTime: '2026-01-02T00:00:00Z' },
      }),
      want: undefined,
    },
    { name: '4: what is duplicated follows clusters', given: binding({ placement: {} }), want: 'FollowsClusters' },
    {
      name: '4: what is no workload follows clusters',
      given: binding({ spec: { replicas: 0, clusters: [{ name: 'member1' }] } }),
      want: 'FollowsClusters',
    },
    {
      name: '5: a target is under deletion',
      given: binding({ spec: { clusters: [{ name: 'going', replicas: 2 }] } }),
      want: 'TargetClusterDeleting',
    },
  ])('$name', ({ given, want }) => {
    const clusters = [{ metadata: { name: 'going', deletionTimestamp: 'now' } }, { metadata: { name: 'member1' } }]
    expect(needsScheduling(given, clusters)).toBe(want)
  })
})

describe('isOurs (scheduling.md §1)', () => {
  const claimed = { metadata: { labels: { [POLICY_ID]: 'u1' } }, spec: { resource } }
  it.each<{ name: string; given: SchedulableBinding; own?: string; want: boolean }>([
    { name: 'claimed by a policy', given: claimed, want: true },
    {
      name: 'managed by another controller',
      given: { ...claimed, metadata: { labels: { 'binding.karmada.io/managed-by': 'x' } } },
      want: true,
    },
    { name: 'claimed by nobody', given: { spec: { resource } }, want: false },
    {
      name: 'an empty label is no claim',
      given: { ...claimed, metadata: { labels: { [POLICY_ID]: '' } } },
      want: false,
    },
    { name: 'another scheduler', given: { ...claimed, spec: { resource, schedulerName: 'other' } }, want: false },
    {
      name: 'our own name',
      given: { ...claimed, spec: { resource, schedulerName: 'other' } },
      own: 'other',
      want: true,
    },
    { name: 'no name is the default', given: claimed, own: 'other', want: false },
    { name: 'suspended', given: { ...claimed, spec: { resource, suspension: { scheduling: true } } }, want: false },
    {
      name: 'under deletion',
      given: { ...claimed, metadata: { ...claimed.metadata, deletionTimestamp: 'now' } },
      want: false,
    },
  ])('$name', ({ given, own, want }) => expect(isOurs(given, own)).toBe(want))
})
