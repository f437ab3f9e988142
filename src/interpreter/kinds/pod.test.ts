import { describe, expect, it } from '@jest/globals'
import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { listAt } from '../../object/field.ts'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { pod } from './pod.ts'

const object = (fields = {}) => frozenObject('v1 Pod', fields)

it('is one replica with what it needs', () => {
  const spec = { containers: [{ name: 'a', resources: { requests: { memory: '64Mi' } } }] }
  expect(pod.getReplicas?.(object({ spec }))).toEqual({
    replicas: 1,
    requirements: { resourceRequest: { memory: '64Mi' } },
  })
  expect(pod.reviseReplicas).toBeUndefined()
})

describe('retained fields of a Pod (propagation.md §9.1)', () => {
  const desired = object({
    spec: { containers: [{ name: 'a', image: 'new' }, { name: 'z' }], initContainers: [{ name: 'i' }], volumes: [] },
  })
  const mounts = [{ name: 'token', mountPath: '/x' }]
  const observed = object({
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'default',
      volumes: [{ name: 'token' }],
      containers: [{ name: 'b' }, { name: 'a', image: 'old', volumeMounts: mounts }],
      initContainers: [{ name: 'i', volumeMounts: mounts }],
    },
  })
  it('are node, account, volumes and the mounts of containers of the same name', () =>
    expect(pod.retain?.(desired, observed)['spec']).toEqual({
      nodeName: 'n1',
      serviceAccountName: 'default',
      volumes: [{ name: 'token' }],
      containers: [{ name: 'a', image: 'new', volumeMounts: mounts }, { name: 'z' }],
      initContainers: [{ name: 'i', volumeMounts: mounts }],
    }))
})

it.each([
  { name: "the member's own stay, since they cannot be removed", observed: ['not-ready'], want: ['not-ready', 'ours'] },
  { name: 'none of the member', observed: [], want: ['ours'] },
  { name: 'ours is there already', observed: ['ours', 'not-ready'], want: ['ours', 'not-ready'] },
])('tolerations: $name', ({ observed, want }) => {
  const listOf = (keys: readonly string[]) => keys.map(key => ({ key, operator: 'Exists' }))
  const given = object({ spec: { tolerations: listOf(['ours']) } })
  const found = object({ spec: { tolerations: listOf(observed) } })
  expect(pod.retain?.(given, found)['spec']).toEqual({ tolerations: listOf(want) })
})

it('an empty value of a toleration is as good as none', () => {
  const toleration = { key: 'a', operator: 'Equal', effect: 'NoSchedule' }
  const given = object({ spec: { tolerations: [{ ...toleration, value: '' }] } })
  expect(pod.retain?.(given, object({ spec: { tolerations: [toleration] } }))['spec']).toEqual({
    tolerations: [toleration],
  })
})

it('loses node, account and volumes that the member does not have', () => {
  const desired = object({
    spec: { nodeName: 'host', serviceAccountName: 'x', volumes: [{ name: 'v' }], containers: [] },
  })
  expect(pod.retain?.(desired, object({ spec: { containers: [] } }))['spec']).toEqual({ containers: [] })
})

it('reflects the whole status', () => expect(pod.reflectStatus).toBeUndefined())

describe('health of a Pod (status.md §5)', () => {
  const ready = [{ type: 'Ready', status: 'True' }]
  it.each([
    { status: { phase: 'Succeeded' }, want: true },
    { status: { phase: 'Running', conditions: ready }, want: true },
    { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] }, want: false },
    { status: { phase: 'Pending', conditions: ready }, want: false },
  ])('$status.phase: $want', ({ status, want }) => expect(pod.isHealthy?.(object({ status }))).toBe(want))
})

describe('aggregated status of a Pod (status.md §3)', () => {
  it.each([
    { phases: ['Running', 'Failed', 'Pending'], want: 'Failed' },
    { phases: ['Running', 'Pending', 'Succeeded'], want: 'Pending' },
    { phases: ['Running', 'Succeeded'], want: 'Running' },
    { phases: ['Succeeded', 'Succeeded'], want: 'Succeeded' },
  ])('$phases are together $want', ({ phases, want }) => {
    const items = reports(Object.fromEntries(phases.map((phase, i) => [`c${i}`, { phase }])))
    expect(pod.aggregateStatus?.(object(), items)['status']).toEqual({ phase: want })
  })
  it('joins those of init containers as well', () => {
    const status = { phase: 'Pending', initContainerStatuses: [{ name: 'i', ready: false, state: { waiting: {} } }] }
    const joined = pod.aggregateStatus?.(object(), reports({ a: status }))['status']
    expect(joined).toMatchObject({ initContainerStatuses: [{ name: '', ready: false, state: { waiting: {} } }] })
    expect(joined).not.toHaveProperty('containerStatuses')
  })
  it('counts a cluster without a status as Pending', () =>
    expect(pod.aggregateStatus?.(object(), reports({ a: { phase: 'Running' }, b: undefined }))['status']).toEqual({
      phase: 'Pending',
    }))
  it('keeps what the apiserver computes, and replaces the rest', () => {
    const template = object({ status: { phase: 'Pending', qosClass: 'Burstable', conditions: [] } })
    const items = reports({ a: { phase: 'Running' } })
    expect(pod.aggregateStatus?.(template, items)['status']).toEqual({ phase: 'Running', qosClass: 'Burstable' })
  })
  it('stays as it is without clusters', () => {
    const template = object({ status: { phase: 'Running' } })
    expect(pod.aggregateStatus?.(template, [])).toBe(template)
  })
  it('joins container statuses without their names, as the apiserver writes them back', () => {
    const status = {
      phase: 'Running',
      containerStatuses: [{ name: 'a', ready: true, restartCount: 3, state: { running: {} } }],
    }
    const joined = {
      name: '',
      image: '',
      imageID: '',
      lastState: {},
      ready: true,
      restartCount: 0,
      state: { running: {} },
    }
    expect(pod.aggregateStatus?.(object(), reports({ a: status, b: status }))['status']).toEqual({
      phase: 'Running',
      containerStatuses: [joined, joined],
    })
  })
})

describe('conditions of a Pod that several clusters have', () => {
  const said = (type: string, status: string, more: object = {}) => ({
    ...{ type, status, lastProbeTime: null, lastTransitionTime: '2026-01-01T00:00:00Z' },
    ...more,
  })
  const ready = { phase: 'Running', conditions: [said('Ready', 'True'), said('example.com/gate', 'True')] }
  const unplaced = { phase: 'Pending', conditions: [said('PodScheduled', 'False', { reason: 'Unschedulable' })] }
  const conditions = (items: readonly AggregatedStatusItem[]) =>
    listAt(pod.aggregateStatus?.(object(), items)['status'], 'conditions')

  it('are Ready where all are, without the gates of one', () =>
    expect(conditions(reports({ a: ready, b: ready }))).toEqual([said('Ready', 'True')]))

  it('are not Ready while one has told nothing', () =>
    expect(conditions(reports({ a: ready, b: undefined }))).toEqual([said('Ready', 'Unknown')]))

  it('say why one has no node', () =>
    expect(conditions(reports({ a: ready, b: unplaced }))).toContainEqual(
      said('PodScheduled', 'False', { reason: 'Unschedulable' }),
    ))

  it('do not go on being Ready where a cluster is not heard of', () => {
    const items = reports({ a: ready, b: ready }).map(item => ({ ...item, health: 'Unknown' as const }))
    expect(conditions(items)).toEqual([said('Ready', 'Unknown')])
  })
})
