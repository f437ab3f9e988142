import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { newMapLister } from '../../testing/map-lister.ts'
import { desiredStatus, isContested, isSameTemplate, planObstacle, planTemplateStatus, withReported } from './plan.ts'

const now = '2026-01-01T00:00:00Z'
const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const OF_BINDING = { binding: { spec: { resource, clusters: [{ name: 'm1', replicas: 2 }] } }, now }
/** Of a kind whose conditions are not stated. */
const anyKind = (status?: object) =>
  frozenObject('autoscaling/v2 HorizontalPodAutoscaler', { ...(status && { status }) })

describe('the status of a template', () => {
  it.each([
    {
      name: 'is written where it differs, and only what differs',
      before: { replicas: 1, readyReplicas: 1 },
      after: { replicas: 1, readyReplicas: 2 },
      want: { status: { readyReplicas: 2 } },
    },
    {
      name: 'is written where there was none',
      before: undefined,
      after: { replicas: 1 },
      want: { status: { replicas: 1 } },
    },
    {
      name: 'loses what no cluster reports any more',
      before: { replicas: 1 },
      after: {},
      want: { status: { replicas: null } },
    },
    { name: 'is no write when it is right', before: { replicas: 1 }, after: { replicas: 1 }, want: undefined },
    { name: 'is no write when both say nothing', before: undefined, after: {}, want: undefined },
  ])('$name', ({ before, after, want }) =>
    expect(planTemplateStatus({ template: anyKind(before), aggregated: anyKind(after), ...OF_BINDING })).toEqual(want),
  )

  it('is left alone for a kind that does not know how to merge', () =>
    expect(
      planTemplateStatus({ template: anyKind({ replicas: 1 }), aggregated: undefined, ...OF_BINDING }),
    ).toBeUndefined())

  it.each([
    { name: 'that is parked', labels: { 'flotilla.dev/parked': 'true' } },
    { name: 'on a dedicated host', labels: {} },
  ])('of a Deployment $name says what members do instead of what a controller said before', ({ labels }) => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError' }, { type: 'Theirs' }]
    const of = (status: object) => frozenObject('apps/v1 Deployment', { metadata: { labels }, status })
    const template = of({ replicas: 1, conditions })
    const patch = planTemplateStatus({ template, aggregated: of({ replicas: 2, conditions }), ...OF_BINDING })
    const stated = [{ reason: 'ReplicaSetUpdated' }, { type: 'Theirs' }, { reason: 'MinimumReplicasUnavailable' }]
    expect(patch).toMatchObject({ status: { replicas: 2, conditions: stated } })
  })

  it.each([
    { name: 'not before each target has reported something', reported: [], before: undefined, want: undefined },
    { name: 'not back either, while one has not', reported: [], before: 1, want: 1 },
    { name: 'when each has reported something', reported: ['m1'], before: 1, want: 2 },
  ])('observes the latest template $name', ({ reported, before, want }) => {
    const of = (status: object) => frozenObject('apps/v1 DaemonSet', { metadata: { generation: 2 }, status })
    const aggregatedStatus = reported.map(clusterName => ({ clusterName }))
    const binding = { ...OF_BINDING.binding, status: { aggregatedStatus } }
    const template = of({ ...(before !== undefined && { observedGeneration: before }) })
    const status = desiredStatus({ template, aggregated: of({ observedGeneration: 2 }), binding, now })
    expect(status?.['observedGeneration']).toBe(want)
  })

  it('nested deeper than 100 levels is not written', () => {
    const nested = (levels: number): object => (levels === 1 ? {} : { in: nested(levels - 1) })
    const planned = (levels: number) => () =>
      planTemplateStatus({ template: anyKind(), aggregated: anyKind(nested(levels)), ...OF_BINDING })
    expect(planned(100)()).toEqual({ status: nested(100) })
    expect(planned(101)).toThrow('nested deeper than 100 levels')
  })

  it('is left alone in all but the status', () => {
    const aggregated = frozenObject('autoscaling/v2 HorizontalPodAutoscaler', {
      metadata: { labels: { a: 'b' } },
      spec: { a: 9 },
    })
    expect(planTemplateStatus({ template: anyKind(), aggregated, ...OF_BINDING })).toBeUndefined()
  })
})

describe('a binding tells of a template', () => {
  const template = frozenObject('apps/v1 Deployment', { metadata: { uid: 'new' } })
  const binding = (uid?: string) => ({
    spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx', ...(uid && { uid }) } },
  })
  it.each([
    { name: 'that it was made for', uid: 'new', want: true },
    { name: 'but not of its successor', uid: 'old', want: false },
    { name: 'that it names without a UID', uid: undefined, want: true },
  ])('$name', ({ uid, want }) => expect(isSameTemplate(binding(uid), template)).toBe(want))
})

describe('why a template does not show the status of the fleet', () => {
  const applied = {
    type: 'FullyApplied',
    status: 'True',
    reason: 'FullyAppliedSuccess',
    message: '',
    lastTransitionTime: now,
  } as const
  const refused = {
    type: 'StatusAggregated',
    status: 'False',
    reason: 'Forbidden',
    message: 'no',
    lastTransitionTime: now,
  } as const
  const binding = (...conditions: readonly (typeof applied | typeof refused)[]) => ({
    metadata: { name: 'a', resourceVersion: '7' },
    status: { conditions },
  })
  const written = (...conditions: readonly unknown[]) => ({
    metadata: { resourceVersion: '7' },
    status: { conditions },
  })
  it.each([
    { name: 'is told beside the other conditions', before: [applied], missing: 'no', want: written(applied, refused) },
    { name: 'is not told twice', before: [applied, refused], missing: 'no', want: undefined },
    { name: 'goes when it is there again', before: [refused, applied], missing: undefined, want: written(applied) },
    { name: 'is no write where none is missing', before: [applied], missing: undefined, want: undefined },
  ])('$name', ({ before, missing, want }) => {
    const obstacle = missing === undefined ? undefined : ({ reason: 'Forbidden', message: missing } as const)
    expect(planObstacle(binding(...before), obstacle, now)).toEqual(want)
  })

  it('may be that somebody else writes it', () => {
    const patch = planObstacle(binding(refused), { reason: 'StatusContested', message: 'theirs' }, now)
    expect(patch).toEqual(written({ ...refused, reason: 'StatusContested', message: 'theirs' }))
    const contested = { ...refused, reason: 'StatusContested' }
    expect([refused, contested].map(each => isContested({ status: { conditions: [each] } }))).toEqual([false, true])
  })
})

describe('what a template is told of its members', () => {
  const applied = { type: 'Applied', status: 'True', reason: '', message: '', lastTransitionTime: now } as const
  const work = (member: string, readyReplicas?: number): Work => ({
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: { name: 'web', namespace: `karmada-es-${member}` },
    spec: { workload: { manifests: [{ ...resource, metadata: { name: 'web' } }] } },
    ...(readyReplicas !== undefined && {
      status: {
        conditions: [applied],
        manifestStatuses: [
          {
            identifier: {
              ...{ ordinal: 0, group: 'apps', version: 'v1', kind: 'Deployment' },
              resource: '',
              name: 'web',
            },
            status: { readyReplicas },
            health: 'Healthy' as const,
          },
        ],
      },
    }),
  })
  const cluster = (name: string, status: 'True' | 'False'): Cluster => ({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: { syncMode: 'Push' },
    status: { conditions: [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: now }] },
  })
  const ready = [cluster('m1', 'True'), cluster('m2', 'True')]
  const item = (clusterName: string, readyReplicas: number, health: 'Healthy' | 'Unknown' = 'Healthy') => ({
    ...{ clusterName, applied: true, health },
    status: { readyReplicas },
  })
  const binding = (aggregatedStatus?: readonly ReturnType<typeof item>[]): Binding => ({
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: { name: 'web-deployment', namespace: 'default' },
    spec: { resource, clusters: [{ name: 'm1' }, { name: 'm2' }] },
    ...(aggregatedStatus && { status: { aggregatedStatus } }),
  })
  const standing = [item('m1', 0), item('m2', 0)]

  it.each([
    {
      name: 'what Works say, before the binding does',
      binding: binding(standing),
      works: [work('m1', 1), work('m2', 0)],
      want: [item('m1', 1), item('m2', 0)],
    },
    {
      name: 'what the binding says while a member was not tried',
      binding: binding(standing),
      works: [work('m1', 1), work('m2')],
      want: standing,
    },
    {
      name: 'nothing of its own before the binding has its first status',
      binding: binding(),
      works: [work('m1', 1), work('m2', 1)],
      want: undefined,
    },
    {
      name: 'that nobody knows how healthy it is in a member that is not ready',
      binding: binding(standing),
      works: [work('m1', 1), work('m2', 0)],
      clusters: [cluster('m1', 'True'), cluster('m2', 'False')],
      want: [item('m1', 1), item('m2', 0, 'Unknown')],
    },
    {
      name: 'nothing that a Work says in a cluster that is no target',
      binding: binding(standing),
      works: [work('m1', 1), work('m2', 0), work('m3', 9)],
      want: [item('m1', 1), item('m2', 0)],
    },
  ])('is $name', ({ binding: of, works, clusters = ready, want }) =>
    expect(withReported(of, { works, clusters: newMapLister(clusters) }).status?.aggregatedStatus).toEqual(want),
  )

  it('is the very binding when both say the same', () => {
    const of = binding(standing)
    expect(withReported(of, { works: [work('m1', 0), work('m2', 0)], clusters: newMapLister(ready) })).toBe(of)
  })
})
