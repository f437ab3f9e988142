import { describe, expect, it } from '@jest/globals'
import { listAt, stringAt } from '../../object/field.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import { withHalt } from '../../rendering/eviction-halt.ts'
import { formatScheduleRecord, SCHEDULE_RECORD_ANNOTATION } from '../../rendering/schedule-record.ts'
import { planBindingStatus, progressOf, tellsOfMembers } from './plan.ts'

const now = '2026-01-02T00:00:00Z'
const record = {
  status: 'True',
  reason: 'Success',
  message: 'Binding has been scheduled successfully.',
  at: '2026-01-01T00:00:00Z',
} as const
const binding = (change: Partial<Binding> = {}): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: {
    name: 'c-configmap',
    namespace: 'default',
    generation: 3,
    annotations: { [SCHEDULE_RECORD_ANNOTATION]: formatScheduleRecord(record) },
  },
  spec: { resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'c' }, clusters: [{ name: 'm1' }] },
  ...change,
})
const applied = (status: 'True' | 'False', observedGeneration = 1) => ({
  type: 'Applied',
  status,
  reason: 'AppliedSuccessful',
  message: status === 'True' ? 'Manifest has been successfully applied' : 'why not',
  lastTransitionTime: now,
  observedGeneration,
})
const work = (status: Work['status'] | undefined): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'c-1', namespace: 'karmada-es-m1', generation: 1 },
  spec: {
    workload: { manifests: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } }] },
  },
  ...(status && { status }),
})

describe('planBindingStatus', () => {
  it('leaves to another scheduler what is said of its scheduling, whatever was noted before', () => {
    const given = { ...binding(), spec: { ...binding().spec, schedulerName: 'other' } }
    const status = planBindingStatus({ clusters: [], binding: given, works: [], now })?.['status']
    expect(status).not.toHaveProperty('schedulerObservedGeneration')
    expect(listAt(status, 'conditions').map(condition => stringAt(condition, 'type'))).toEqual(['FullyApplied'])
  })

  it('puts the outcome of scheduling and what the Works say into one patch', () => {
    const patch = planBindingStatus({
      clusters: [],
      binding: binding(),
      works: [work({ conditions: [applied('True')] })],
      now,
    })
    expect(patch).toMatchObject({
      status: {
        schedulerObservedGeneration: 3,
        lastScheduledTime: record.at,
        conditions: [
          { type: 'Scheduled', status: 'True', reason: 'Success' },
          { type: 'FullyApplied', status: 'True', reason: 'FullyAppliedSuccess' },
        ],
        aggregatedStatus: [{ clusterName: 'm1', applied: true }],
      },
    })
  })

  it('is not due again once written', () => {
    const works = [work({ conditions: [applied('True')] })]
    const first = planBindingStatus({ clusters: [], binding: binding(), works, now })
    const written = { ...binding(), status: first?.['status'] } as Binding
    expect(planBindingStatus({ clusters: [], binding: written, works, now: '2026-01-03T00:00:00Z' })).toBeUndefined()
  })

  it('tells why a cluster does not have it', () => {
    const patch = planBindingStatus({
      clusters: [],
      binding: binding(),
      works: [work({ conditions: [applied('False')] })],
      now,
    })
    expect(JSON.stringify(patch)).toContain('"appliedMessage":"why not"')
    expect(JSON.stringify(patch)).toContain('"reason":"FullyAppliedFailed"')
  })

  it('hears no Work in a cluster that is no target, and waits until it is gone', () => {
    const own = work({ conditions: [applied('True')] })
    const works = [own, { ...own, metadata: { ...own.metadata, namespace: 'karmada-es-m2' } }]
    const patch = planBindingStatus({ clusters: [], binding: binding(), works, now })
    expect(patch).toEqual(planBindingStatus({ clusters: [], binding: binding(), works: [own], now }))
    expect([...progressOf({ binding: binding(), works, isReady: () => true }).awaited]).toEqual(['m2'])
  })

  it('brings the observed generation of a binding that Karmada placed up to date, and nothing else of scheduling', () => {
    const adopted = binding({
      metadata: {
        name: 'c-configmap',
        generation: 3,
        labels: { 'propagationpolicy.karmada.io/permanent-id': 'p1' },
        annotations: {
          'policy.karmada.io/applied-placement': '{"replicaScheduling":{"replicaSchedulingType":"Divided"}}',
        },
      },
      spec: {
        resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'c' },
        replicas: 1,
        placement: { replicaScheduling: { replicaSchedulingType: 'Divided' } },
        clusters: [{ name: 'm1', replicas: 1 }],
      },
    })
    const patch = planBindingStatus({ clusters: [], binding: adopted, works: [], now })
    expect(patch).toMatchObject({ status: { schedulerObservedGeneration: 3 } })
    expect(JSON.stringify(patch)).not.toContain('lastScheduledTime')
  })

  it('says nothing of scheduling where another scheduler decides', () => {
    const foreign = binding({ metadata: { name: 'c-configmap', generation: 3 } })
    expect(JSON.stringify(planBindingStatus({ clusters: [], binding: foreign, works: [], now }))).not.toContain(
      'Scheduled',
    )
  })
})

describe('progressOf awaits nobody', () => {
  it.each([
    { name: 'not while a target has no Work', works: [], want: false },
    { name: 'not while a Work was not tried', works: [work(undefined)], want: false },
    {
      name: 'not while its outcome is of an earlier generation',
      works: [work({ conditions: [applied('True', 0)] })],
      want: false,
    },
    { name: 'when every Work was tried, also in vain', works: [work({ conditions: [applied('False')] })], want: true },
    { name: 'without the Work of a member that cannot be written to', works: [], ready: false, want: true },
  ])('$name', ({ works, want, ready = true }) => {
    expect(progressOf({ binding: binding(), works, isReady: () => ready }).awaited.size === 0).toBe(want)
  })

  it.each([
    { name: 'not while a member that is none any more has its Work', want: false },
    { name: 'not while that Work is on its way out', going: true, want: false },
    { name: 'when nobody can take it out of that member now', ready: false, want: true },
    { name: 'while the member is evicted gracefully, which may last', evicted: true, want: true },
  ])('$name', ({ going = false, ready = true, evicted = false, want }) => {
    const spec = {
      ...binding().spec,
      clusters: [],
      ...(evicted && {
        gracefulEvictionTasks: [{ fromCluster: 'm1', reason: 'TaintUntolerated', producer: 'TaintManager' }],
      }),
    }
    const left = work({ conditions: [applied('True')] })
    const deletionTimestamp = going ? { deletionTimestamp: now } : {}
    const works = [{ ...left, metadata: { ...left.metadata, ...deletionTimestamp } }]
    expect(progressOf({ binding: binding({ spec }), works, isReady: () => ready }).awaited.size === 0).toBe(want)
  })

  it('counts a Work that is made and a Work that is tried as steps', () => {
    const stepsOf = (works: readonly Work[]) => progressOf({ binding: binding(), works, isReady: () => true }).steps
    expect([[], [work(undefined)], [work({ conditions: [applied('False')] })]].map(stepsOf)).toEqual([0, 1, 2])
  })
})

it.each([
  { name: 'what members report', status: { aggregatedStatus: [{ clusterName: 'm1' }] }, want: true },
  { name: 'nothing but the outcome of scheduling', status: { conditions: [{ type: 'Scheduled' }] }, want: false },
  { name: 'that there are no members any more', status: { aggregatedStatus: [] }, want: false },
])('a patch that says $name is an event of status: $want', ({ status, want }) =>
  expect(tellsOfMembers({ status })).toBe(want),
)

describe('a workload that runs on the host as well', () => {
  const observed = { clusters: [], works: [work({ conditions: [applied('True')] })], now }
  const conditionOf = (patch: ReturnType<typeof planBindingStatus>) =>
    listAt(patch, 'status', 'conditions').find(each => stringAt(each, 'type') === 'HostWorkloadRunning')

  it('is told on its binding, with what can be done', () => {
    const patch = planBindingStatus({ ...observed, binding: binding(), runsOnHost: 'promote it' })
    expect(conditionOf(patch)).toMatchObject({ status: 'True', reason: 'NotParked', message: 'promote it' })
  })

  it('is no condition for one that never did', () =>
    expect(conditionOf(planBindingStatus({ ...observed, binding: binding() }))).toBeUndefined())

  it('is over when it is parked, and is not written again', () => {
    const first = planBindingStatus({ ...observed, binding: binding(), runsOnHost: 'promote it' })
    const running = { ...binding(), status: first?.['status'] } as Binding
    expect(planBindingStatus({ ...observed, binding: running, runsOnHost: 'promote it' })).toBeUndefined()
    const second = planBindingStatus({ ...observed, binding: running })
    expect(conditionOf(second)).toMatchObject({ status: 'False', reason: 'Parked' })
    const merged = { ...(first?.['status'] as object), ...(second?.['status'] as object) }
    expect(planBindingStatus({ ...observed, binding: { ...binding(), status: merged } as Binding })).toBeUndefined()
  })
})

describe('members that are not ready', () => {
  const cluster = (name: string, status: 'True' | 'False') => ({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: { syncMode: 'Push' } as const,
    status: { conditions: [{ type: 'Ready', status, reason: 'x', message: '', lastTransitionTime: now }] },
  })
  const healthy = work({ conditions: [applied('True')] })
  const statusOf = (ready: 'True' | 'False', before: Binding['status'] = {}) =>
    planBindingStatus({ clusters: [cluster('m1', ready)], binding: binding({ status: before }), works: [healthy], now })
  const staleOf = (patch: object | undefined) =>
    listAt(patch, 'status', 'conditions').find(condition => stringAt(condition, 'type') === 'StatusStale')

  it('are named, and what they told is no health any more', () => {
    const patch = statusOf('False')
    expect(staleOf(patch)).toMatchObject({
      status: 'True',
      reason: 'ClustersNotReady',
      message: 'Not ready, so their status may have changed since it was told: m1',
    })
    expect(listAt(patch, 'status', 'aggregatedStatus')).toMatchObject([{ applied: true, health: 'Unknown' }])
  })

  it('are not spoken of while all are well', () => expect(staleOf(statusOf('True'))).toBeUndefined())

  it('and are well again', () => {
    const before = { conditions: listAt(statusOf('False'), 'status', 'conditions') } as Binding['status']
    expect(staleOf(statusOf('True', before))).toMatchObject({ status: 'False', reason: 'ClustersReady' })
  })

  it('say nothing of a member that has not got it yet', () => {
    const waiting = work({ conditions: [applied('False')] })
    const patch = planBindingStatus({ clusters: [cluster('m1', 'False')], binding: binding(), works: [waiting], now })
    expect(staleOf(patch)).toBeUndefined()
  })
})

describe('what the brake keeps where it is', () => {
  const halt = { reason: 'TooManyClusters', message: '2 of 3' } as const
  const haltedOf = (patch: object | undefined) =>
    listAt(patch, 'status', 'conditions').find(condition => stringAt(condition, 'type') === 'EvictionHalted')
  const plan = (bound: Binding) => haltedOf(planBindingStatus({ clusters: [], binding: bound, works: [], now }))

  it('says so by a condition, and that it is over', () => {
    expect(plan(binding())).toBeUndefined()
    const halted = plan(withHalt(binding(), 'taint', halt))
    expect(halted).toMatchObject({ status: 'True', ...halt })
    const before = { conditions: [halted] } as Binding['status']
    expect(plan({ ...binding(), status: before } as Binding)).toMatchObject({ status: 'False', reason: 'NotHalted' })
  })
})
