import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { scheduleRecordOf } from '../../rendering/schedule-record.ts'
import { carryBinding, carryCluster, carryNamespace, carryTemplate, carryWork, released } from './carry.ts'
import { markOf } from './mark.ts'

const life = {
  uid: 'u',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-01-01T00:00:00Z',
  ownerReferences: [],
  finalizers: ['x/y'],
}
const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    ...life,
    name: 'web',
    namespace: 'shop',
    labels: { a: 'b' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  },
  spec: { replicas: 2 },
  status: { replicas: 2 },
}

describe('carryTemplate', () => {
  it.each([
    { parkedBy: 'apiserver', labels: { a: 'b', 'flotilla.dev/parked': 'true' }, spec: { replicas: 2 } },
    { parkedBy: 'operator', labels: { a: 'b', 'flotilla.dev/parked': 'true' }, spec: { replicas: 2, paused: true } },
    { parkedBy: 'nobody', labels: { a: 'b' }, spec: { replicas: 2 } },
  ] as const)('parked by $parkedBy, it is without its life in Karmada', ({ parkedBy, labels, spec }) => {
    const carried = carryTemplate(deployment, { source: 's', parkedBy })
    expect(carried).toMatchObject({ metadata: { name: 'web', namespace: 'shop', labels }, spec })
    expect(Object.keys(carried.metadata).toSorted()).toEqual(['annotations', 'labels', 'name', 'namespace'])
    expect(carried['status']).toBeUndefined()
    expect(carried.metadata.annotations).toHaveProperty(['kubectl.kubernetes.io/last-applied-configuration'])
    expect(markOf(carried)).toEqual({ source: 's', uid: 'u' })
  })

  it('a Job keeps how long it stays, and loses what its apiserver generated', () => {
    const job: KubeObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { ...life, name: 'once', namespace: 'shop' },
      spec: { ttlSecondsAfterFinished: 9, selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } } },
    }
    const { spec } = carryTemplate(job, { source: 's', parkedBy: 'nobody' })
    expect(spec).toEqual({ ttlSecondsAfterFinished: 9, selector: { matchLabels: {} } })
  })
})

const binding: Binding = {
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: {
    ...life,
    name: 'web-deployment',
    namespace: 'shop',
    labels: { 'resourcebinding.karmada.io/permanent-id': 'id' },
    annotations: { 'policy.karmada.io/applied-placement': '{}' },
    finalizers: ['karmada.io/binding-controller'],
  },
  spec: {
    resource: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      uid: 'u',
      resourceVersion: '7',
    },
    clusters: [{ name: 'member1', replicas: 2 }],
    replicas: 2,
    rescheduleTriggeredAt: '2026-01-01T00:00:00Z',
  },
  status: {
    lastScheduledTime: '2026-01-02T00:00:00Z',
    schedulerObservingAffinityName: 'near',
    conditions: [
      {
        type: 'Scheduled',
        status: 'True',
        reason: 'Success',
        message: 'Done.',
        lastTransitionTime: '2026-01-02T00:00:00Z',
      },
    ],
  },
}

describe('carryBinding', () => {
  const carried = carryBinding(binding, { source: 's' })

  it('keeps its ids and its targets, and names its template without version', () => {
    expect(carried.metadata).toMatchObject({
      labels: { 'resourcebinding.karmada.io/permanent-id': 'id' },
      finalizers: ['karmada.io/binding-controller'],
    })
    expect(carried.metadata).not.toHaveProperty('ownerReferences')
    expect(carried.spec).toMatchObject({
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      clusters: [{ name: 'member1', replicas: 2 }],
    })
    expect(carried.spec.resource).not.toHaveProperty('uid')
  })

  it('is held, and as before once it is let go', () => {
    expect(markOf(carried)).toEqual({ source: 's', uid: 'u', held: true })
    expect(carried.spec.suspension).toEqual({ scheduling: true })
    expect(released(carried, false).spec).not.toHaveProperty('suspension')
  })

  it('knows when and how it was scheduled, so nothing asks for it again', () => {
    expect(scheduleRecordOf(carried)).toEqual({
      status: 'True',
      reason: 'Success',
      message: 'Done.',
      at: '2026-01-02T00:00:00Z',
      affinityName: 'near',
    })
    expect(carried.spec.rescheduleTriggeredAt).toBeUndefined()
  })

  it('whose scheduling its user suspended stays so', () => {
    const suspended = carryBinding(
      { ...binding, spec: { ...binding.spec, suspension: { scheduling: true } } },
      { source: 's' },
    )
    expect(markOf(suspended)?.suspended).toBe(true)
    expect(released(suspended, true).spec.suspension).toEqual({ scheduling: true })
  })
})

it('a Work brings what its member told, but not that it was unhealthy', () => {
  const identifier = { ordinal: 0, kind: 'Deployment', name: 'web', resource: '', version: 'v1' }
  const work: Work = {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: { ...life, name: 'w', namespace: 'karmada-es-m', finalizers: ['karmada.io/execution-controller'] },
    spec: {},
    status: { manifestStatuses: [{ identifier, health: 'Unhealthy', status: { replicas: 1 } }] },
  }
  const carried = carryWork(work, { source: 's' })
  expect(carried.metadata.finalizers).toEqual(['karmada.io/execution-controller'])
  expect(carried.status).toEqual({ manifestStatuses: [{ identifier, health: 'Unknown', status: { replicas: 1 } }] })
})

it('a Namespace brings its labels but not its own name as one', () => {
  const labels = { team: 'shop', 'kubernetes.io/metadata.name': 'shop' }
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { ...life, name: 'shop', labels },
    spec: { finalizers: ['kubernetes'] },
  }
  expect(carryNamespace(namespace, { source: 's' })).toMatchObject({ metadata: { labels: { team: 'shop' } } })
  expect(carryNamespace(namespace, { source: 's' })).not.toHaveProperty('spec')
})

it('a Cluster brings the taints of its users', () => {
  const taints = [
    { key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule' },
    { key: 'gpu', effect: 'NoSchedule' },
  ] as const
  const cluster: Cluster = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { ...life, name: 'm' },
    spec: { syncMode: 'Push', taints: [...taints] },
  }
  expect(carryCluster(cluster, { source: 's' })['spec']).toEqual({ syncMode: 'Push', taints: [taints[1]] })
})
