import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { sidecarSet } from './sidecar-set.ts'

const HASH = 'kruise.io/sidecarset-hash'
const template = (fields = {}, spec = {}) =>
  frozenObject('apps.kruise.io/v1alpha1 SidecarSet', {
    metadata: { name: 'logs', namespace: '', generation: 4 },
    spec: {
      selector: { matchLabels: { app: 'nginx' } },
      containers: [
        { name: 'shipper', image: 'shipper:1', env: [{ valueFrom: { secretKeyRef: { name: 'token', key: 'a' } } }] },
      ],
      volumes: [{ name: 'settings', configMap: { name: 'shipper' } }],
      updateStrategy: { type: 'RollingUpdate' },
      ...spec,
    },
    ...fields,
  })
const status = { observedGeneration: 4, matchedPods: 3, updatedPods: 3, readyPods: 3, updatedReadyPods: 3 }

it('has no pods of its own', () => expect(sidecarSet.getReplicas?.(template())).toEqual({ replicas: 0 }))

it('keeps the hash by which Kruise in the member knows its version', () => {
  const observed = template({ metadata: { name: 'logs', annotations: { [HASH]: 'abc', other: 'x' } } })
  expect(sidecarSet.retain?.(template(), observed).metadata.annotations).toEqual({ [HASH]: 'abc' })
  expect(sidecarSet.retain?.(template(), template()).metadata.annotations).toBeUndefined()
})

it('needs what its containers read, where the namespace is known', () => {
  expect(sidecarSet.getDependencies?.(template({}, { namespace: 'web' }))).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'web', name: 'shipper' },
    { apiVersion: 'v1', kind: 'Secret', namespace: 'web', name: 'token' },
  ])
  expect(sidecarSet.getDependencies?.(template())).toEqual([])
})

it.each([
  { name: 'all pods have it', change: {}, spec: {}, want: true },
  { name: 'no pod matches', change: { matchedPods: 0, updatedPods: 0, readyPods: 0 }, spec: {}, want: true },
  { name: 'progressing', change: { updatedPods: 1 }, spec: {}, want: false },
  { name: 'told to wait', change: { updatedPods: 1 }, spec: { updateStrategy: { paused: true } }, want: true },
  {
    name: 'for new pods only',
    change: { updatedPods: 1 },
    spec: { updateStrategy: { type: 'NotUpdate' } },
    want: true,
  },
  { name: 'held back', change: { updatedPods: 1 }, spec: { updateStrategy: { partition: 2 } }, want: true },
  { name: 'failing', change: { readyPods: 2 }, spec: {}, want: false },
  { name: 'not seen yet', change: { observedGeneration: 3 }, spec: {}, want: false },
])('health: $name', ({ change, spec, want }) =>
  expect(sidecarSet.isHealthy?.(template({ status: { ...status, ...change } }, spec))).toBe(want),
)

it('reflects and sums', () => {
  const reflected = sidecarSet.reflectStatus?.(template({ status: { ...status, latestRevision: 'logs-1' } }))
  expect(reflected).toEqual({ ...status, latestRevision: 'logs-1', generation: 4 })
  expect(sidecarSet.aggregateStatus?.(template(), reports({ a: reflected, b: reflected }))['status']).toEqual({
    matchedPods: 6,
    updatedPods: 6,
    readyPods: 6,
    updatedReadyPods: 6,
    latestRevision: 'logs-1',
  })
})
