import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { advancedDaemonSet } from './daemon-set.ts'

const template = (fields = {}, updateStrategy: object = { type: 'RollingUpdate' }) =>
  frozenObject('apps.kruise.io/v1alpha1 DaemonSet', {
    metadata: { name: 'agent', generation: 2 },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      updateStrategy,
      template: { spec: { containers: [{ name: 'agent', envFrom: [{ secretRef: { name: 'key' } }] }] } },
    },
    ...fields,
  })
const counters = {
  currentNumberScheduled: 3,
  numberMisscheduled: 0,
  desiredNumberScheduled: 3,
  numberReady: 3,
  updatedNumberScheduled: 3,
  numberAvailable: 3,
  numberUnavailable: 0,
}
const status = { observedGeneration: 2, ...counters, daemonSetHash: '5f4' }

it('needs what its pods need', () =>
  expect(advancedDaemonSet.getDependencies?.(template())).toEqual([
    { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'key' },
  ]))

it.each([
  { name: 'rolled out', change: {}, strategy: {}, want: true },
  { name: 'progressing', change: { updatedNumberScheduled: 1 }, strategy: {}, want: false },
  {
    name: 'updated when pods are deleted',
    change: { updatedNumberScheduled: 1 },
    strategy: { type: 'OnDelete' },
    want: true,
  },
  {
    name: 'held back by a partition',
    change: { updatedNumberScheduled: 1 },
    strategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } },
    want: true,
  },
  { name: 'failing', change: { numberAvailable: 2 }, strategy: {}, want: false },
  { name: 'not seen yet', change: { observedGeneration: 1 }, strategy: {}, want: false },
])('health: $name', ({ change, strategy, want }) =>
  expect(advancedDaemonSet.isHealthy?.(template({ status: { ...status, ...change } }, strategy))).toBe(want),
)

it('reflects and sums', () => {
  const reflected = advancedDaemonSet.reflectStatus?.(template({ status }))
  expect(reflected).toEqual({ ...status, generation: 2 })
  const items = reports({ a: reflected, b: reflected })
  expect(advancedDaemonSet.aggregateStatus?.(template(), items)['status']).toEqual({
    ...Object.fromEntries(Object.entries(counters).map(([name, count]) => [name, count * 2])),
    daemonSetHash: '5f4',
  })
})

it('writes an empty hash where clusters differ, since the schema asks for one', () => {
  const items = reports({ a: { ...status, daemonSetHash: 'a' }, b: status })
  expect(advancedDaemonSet.aggregateStatus?.(template(), items)['status']).toMatchObject({ daemonSetHash: '' })
})
