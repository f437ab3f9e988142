import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { rayService } from './ray-service.ts'

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
const object = (status?: object, cluster: object = spec) =>
  frozenObject('ray.io/v1 RayService', {
    spec: { serveConfigV2: 'applications: []', rayClusterConfig: cluster },
    ...(status && { status }),
  })

it('has its workers for replicas, and the needs of the largest', () =>
  expect(rayService.getReplicas?.(object())).toEqual({
    replicas: 3,
    requirements: { resourceRequest: { cpu: '2', 'google.com/tpu': '4' } },
  }))

it.each([
  { replicas: 6, want: [{ replicas: 4, minReplicas: 2, maxReplicas: 5 }, { replicas: 2 }] },
  { replicas: 2, want: [{ replicas: 2, minReplicas: 2 }, { replicas: 0 }] },
  { replicas: 1, want: [{ replicas: 1, minReplicas: 1 }, { replicas: 0 }] },
])('divides a share of $replicas over its groups', ({ replicas, want }) =>
  expect(rayService.reviseReplicas?.(object(), replicas)).toMatchObject({
    spec: { rayClusterConfig: { workerGroupSpecs: want } },
  }),
)

it('stays the same object when it is right', () => {
  const right = object()
  expect(rayService.reviseReplicas?.(right, 3)).toBe(right)
})

it('needs what its pods need', () =>
  expect(rayService.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'ConfigMap settings',
    'ServiceAccount head',
  ]))

it.each([
  { name: 'serving', status: { serviceStatus: 'Running' }, want: true },
  { name: 'serving, by its condition', status: { conditions: [{ type: 'Ready', status: 'True' }] }, want: true },
  { name: 'progressing', status: { serviceStatus: 'WaitForServeDeploymentReady' }, want: false },
  { name: 'failed', status: { conditions: [{ type: 'Ready', status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(rayService.isHealthy?.(object(status))).toBe(want))

it('serves when it does in all clusters', () => {
  const a = {
    serviceStatus: 'Running',
    numServeEndpoints: 2,
    conditions: [{ type: 'Ready', status: 'True', message: '' }],
  }
  expect(rayService.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual({ ...a, numServeEndpoints: 4 })
  expect(rayService.aggregateStatus?.(object(), reports({ a, b: undefined }))['status']).toMatchObject({
    numServeEndpoints: 2,
    conditions: [{ type: 'Ready', status: 'Unknown' }],
  })
})
