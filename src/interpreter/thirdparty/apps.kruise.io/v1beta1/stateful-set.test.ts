import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { advancedStatefulSet } from './stateful-set.ts'

const template = (fields = {}, partition: number | string = 0) =>
  frozenObject('apps.kruise.io/v1beta1 StatefulSet', {
    metadata: { name: 'sample', generation: 1 },
    spec: {
      replicas: 4,
      serviceName: 'sample',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition, podUpdatePolicy: 'InPlaceIfPossible' } },
      volumeClaimTemplates: [{ metadata: { name: 'www' } }],
      template: {
        spec: {
          serviceAccountName: 'web',
          containers: [{ name: 'main', image: 'nginx:alpine' }],
          volumes: [{ name: 'www', persistentVolumeClaim: { claimName: 'www' } }],
        },
      },
    },
    ...fields,
  })
const counters = {
  replicas: 4,
  readyReplicas: 4,
  availableReplicas: 4,
  currentReplicas: 4,
  updatedReplicas: 4,
  updatedReadyReplicas: 4,
  updatedAvailableReplicas: 4,
}
const status = { observedGeneration: 1, ...counters, updateRevision: 'sample-1' }

it('has replicas', () => {
  expect(advancedStatefulSet.getReplicas?.(template())).toEqual({ replicas: 4 })
  expect(advancedStatefulSet.reviseReplicas?.(template(), 1)).toMatchObject({ spec: { replicas: 1 } })
})

it('needs what its pods need', () =>
  expect(advancedStatefulSet.getDependencies?.(template())).toEqual([
    { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'web' },
  ]))

it.each([
  { name: 'rolled out', change: {}, partition: 0, want: true },
  { name: 'progressing', change: { updatedReplicas: 3 }, partition: 0, want: false },
  { name: 'held back by a number', change: { updatedReplicas: 1 }, partition: 3, want: true },
  { name: 'held back by a share', change: { updatedReplicas: 2 }, partition: '50%', want: true },
  { name: 'failing', change: { availableReplicas: 1 }, partition: 0, want: false },
])('health: $name', ({ change, partition, want }) =>
  expect(advancedStatefulSet.isHealthy?.(template({ status: { ...status, ...change } }, partition))).toBe(want),
)

it('reflects and sums', () => {
  const reflected = advancedStatefulSet.reflectStatus?.(template({ status }))
  expect(reflected).toEqual({ ...status, generation: 1 })
  expect(advancedStatefulSet.aggregateStatus?.(template(), reports({ a: reflected, b: reflected }))['status']).toEqual({
    ...Object.fromEntries(Object.keys(counters).map(name => [name, 8])),
    updateRevision: 'sample-1',
  })
})
