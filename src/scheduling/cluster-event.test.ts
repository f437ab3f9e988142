import { describe, expect, it } from '@jest/globals'
import { changesSchedules, gainsRoom, isConcerned } from './cluster-event.ts'
import type { ResourceSummary, SchedulableBinding } from './placement.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment' }
const member1 = { metadata: { name: 'member1', generation: 1 } }
const member2 = { metadata: { name: 'member2', generation: 1 } }

describe('changesSchedules (scheduling.md §1)', () => {
  const metadata = member1.metadata
  it.each([
    { name: 'nothing', next: member1, want: false },
    { name: 'the spec', next: { metadata: { ...metadata, generation: 2 } }, want: true },
    { name: 'labels', next: { metadata: { ...metadata, labels: { a: 'b' } } }, want: true },
    { name: 'the start of deletion', next: { metadata: { ...metadata, deletionTimestamp: 'now' } }, want: true },
    { name: 'APIs', next: { ...member1, status: { apiEnablements: [{ groupVersion: 'v1' }] } }, want: true },
    { name: 'room', next: { ...member1, status: { resourceSummary: {} } }, want: false },
  ])('$name: $want', ({ next, want }) => expect(changesSchedules(member1, next)).toBe(want))
})

describe('gainsRoom', () => {
  const allocatable = { cpu: '4', pods: '110' }
  const grades = (...counts: readonly number[]) => counts.map((count, grade) => ({ grade, count }))
  const before: ResourceSummary = {
    allocatable,
    allocated: { cpu: '3', pods: '10' },
    allocatableModelings: grades(0, 2),
  }
  it.each<{ name: string; now: ResourceSummary | undefined; want: boolean }>([
    { name: 'nothing', now: before, want: false },
    { name: 'the same in other words', now: { ...before, allocated: { cpu: '3000m', pods: '10' } }, want: false },
    { name: 'a pod has gone', now: { ...before, allocated: { cpu: '2500m', pods: '10' } }, want: true },
    { name: 'a pod has come', now: { ...before, allocated: { cpu: '3500m', pods: '11' } }, want: false },
    { name: 'a pod waits for a node', now: { ...before, allocating: { cpu: '1' } }, want: false },
    { name: 'a node has come', now: { ...before, allocatable: { cpu: '8', pods: '220' } }, want: true },
    { name: 'a new resource', now: { ...before, allocatable: { ...allocatable, gpu: '1' } }, want: true },
    { name: 'a node is freer than it was', now: { ...before, allocatableModelings: grades(0, 1, 1) }, want: true },
    { name: 'a node is fuller', now: { ...before, allocatableModelings: grades(0, 1) }, want: false },
    { name: 'nothing is known any more', now: undefined, want: false },
  ])('$name: $want', ({ now, want }) => {
    const member = (resourceSummary: ResourceSummary | undefined) => ({
      ...member1,
      status: { ...(resourceSummary && { resourceSummary }) },
    })
    expect(gainsRoom(member(before), member(now))).toBe(want)
  })
  it('what is known for the first time is more than nothing', () => {
    expect(gainsRoom(member1, { ...member1, status: { resourceSummary: before } })).toBe(true)
  })
})

describe('isConcerned (scheduling.md §1)', () => {
  const clusterAffinities = [
    { affinityName: 'first', clusterNames: ['member1'] },
    { affinityName: 'second', clusterNames: ['member2'] },
  ]
  const byTerms = (observed: string, observedGeneration: number): SchedulableBinding => ({
    metadata: { generation: 3 },
    spec: { resource, placement: { clusterAffinities } },
    status: { schedulerObservingAffinityName: observed, schedulerObservedGeneration: observedGeneration },
  })
  it.each<{ name: string; binding: SchedulableBinding; want: boolean }>([
    { name: 'no affinity is every cluster', binding: { spec: { resource, placement: {} } }, want: true },
    {
      name: 'the affinity takes it',
      binding: { spec: { resource, placement: { clusterAffinity: { clusterNames: ['member1'] } } } },
      want: true,
    },
    {
      name: 'the affinity does not take it',
      binding: { spec: { resource, placement: { clusterAffinity: { clusterNames: ['member2'] } } } },
      want: false,
    },
    { name: 'the observed term takes it', binding: byTerms('first', 3), want: true },
    { name: 'only another term takes it', binding: byTerms('second', 3), want: false },
    { name: 'the binding awaits scheduling anyway', binding: byTerms('second', 2), want: true },
    { name: 'the observed term is gone', binding: byTerms('third', 3), want: true },
  ])('$name', ({ binding, want }) => expect(isConcerned(binding, [member1])).toBe(want))

  it('looks at the cluster as it was and as it is', () => {
    const binding = {
      spec: { resource, placement: { clusterAffinity: { labelSelector: { matchLabels: { a: 'b' } } } } },
    }
    const before = { metadata: { name: 'member2', labels: { a: 'b' } } }
    expect(isConcerned(binding, [before, member2])).toBe(true)
    expect(isConcerned(binding, [member2])).toBe(false)
  })

  it('a cluster that is deleted concerns the bindings that are there, whatever their affinity says', () => {
    const placement = { clusterAffinity: { clusterNames: ['member1'] } }
    const binding = { spec: { resource, placement, clusters: [{ name: 'member2' }] } }
    expect(isConcerned(binding, [member2])).toBe(false)
    const leaving = { metadata: { name: 'member2', deletionTimestamp: '2026-01-01T00:00:00Z' } }
    expect(isConcerned(binding, [leaving])).toBe(true)
  })
})
