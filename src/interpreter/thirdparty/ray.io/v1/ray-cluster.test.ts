import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { rayCluster } from './ray-cluster.ts'

const spec = {
  headGroupSpec: {
    rayStartParams: {},
    template: {
      spec: {
        serviceAccountName: 'head',
        containers: [{ name: 'head', resources: { limits: { cpu: '1', memory: '2Gi' } } }],
      },
    },
  },
  workerGroupSpecs: [
    {
      groupName: 'small',
      replicas: 2,
      minReplicas: 2,
      maxReplicas: 5,
      template: {
        spec: {
          containers: [
            {
              name: 'worker',
              resources: { requests: { cpu: '500m' } },
              envFrom: [{ configMapRef: { name: 'settings' } }],
            },
          ],
        },
      },
    },
    {
      groupName: 'tpu',
      replicas: 1,
      numOfHosts: 4,
      template: {
        spec: { containers: [{ name: 'worker', resources: { limits: { cpu: '2', 'google.com/tpu': '4' } } }] },
      },
    },
  ],
}
const object = (status?: object, more = {}) =>
  frozenObject('ray.io/v1 RayCluster', { spec: { ...spec, ...more }, ...(status && { status }) })
const ready = {
  state: 'ready',
  readyWorkerReplicas: 6,
  availableWorkerReplicas: 6,
  desiredWorkerReplicas: 6,
  minWorkerReplicas: 2,
  maxWorkerReplicas: 2147483647,
  desiredCPU: '10',
  desiredMemory: '2Gi',
  desiredGPU: '0',
  lastUpdateTime: '2026-01-01T00:00:00Z',
}

it('has a component for the head and for each group of workers', () =>
  expect(rayCluster.getComponents?.(object())).toEqual([
    { name: 'ray-head', replicas: 1, replicaRequirements: { resourceRequest: { cpu: '1', memory: '2Gi' } } },
    { name: 'small', replicas: 2, replicaRequirements: { resourceRequest: { cpu: '500m' } } },
    { name: 'tpu', replicas: 4, replicaRequirements: { resourceRequest: { cpu: '2', 'google.com/tpu': '4' } } },
  ]))

it.each([
  { name: 'ready', status: ready, more: {}, want: true },
  {
    name: 'provisioned',
    status: { conditions: [{ type: 'RayClusterProvisioned', status: 'True' }] },
    more: {},
    want: true,
  },
  { name: 'progressing', status: {}, more: {}, want: false },
  { name: 'failed', status: { state: 'failed' }, more: {}, want: false },
  {
    name: 'without all its pods',
    status: { state: 'ready', conditions: [{ type: 'ReplicaFailure', status: 'True' }] },
    more: {},
    want: false,
  },
  { name: 'suspended as told', status: { state: 'suspended' }, more: { suspend: true }, want: true },
  { name: 'still suspended', status: { state: 'suspended' }, more: {}, want: false },
])('health: $name', ({ status, more, want }) => expect(rayCluster.isHealthy?.(object(status, more))).toBe(want))

it('sums over clusters, within the range of its schema', () => {
  const b = { ...ready, state: 'failed', reason: 'no quota', lastUpdateTime: '2026-01-02T00:00:00Z' }
  expect(rayCluster.aggregateStatus?.(object(), reports({ a: ready, b }))['status']).toEqual({
    state: 'failed',
    reason: 'no quota',
    readyWorkerReplicas: 12,
    availableWorkerReplicas: 12,
    desiredWorkerReplicas: 12,
    minWorkerReplicas: 4,
    maxWorkerReplicas: 2147483647,
    desiredCPU: '20',
    desiredMemory: '4Gi',
    desiredGPU: '0',
    lastUpdateTime: '2026-01-02T00:00:00Z',
  })
})

it('is not ready while a cluster says nothing', () =>
  expect(rayCluster.aggregateStatus?.(object(), reports({ a: ready, b: undefined }))['status']).not.toHaveProperty(
    'state',
  ))
