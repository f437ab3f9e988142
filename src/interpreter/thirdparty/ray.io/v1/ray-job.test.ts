import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { rayJob } from './ray-job.ts'

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
  frozenObject('ray.io/v1 RayJob', {
    spec: {
      entrypoint: 'python job.py',
      rayClusterSpec: spec,
      submitterPodTemplate: { spec: { imagePullSecrets: [{ name: 'login' }] } },
      ...more,
    },
    ...(status && { status }),
  })
const START = '2026-01-01T00:00:00Z'
const running = { jobStatus: 'RUNNING', jobDeploymentStatus: 'Running', startTime: START, rayClusterName: 'x' }
const complete = {
  jobStatus: 'SUCCEEDED',
  jobDeploymentStatus: 'Complete',
  succeeded: 1,
  startTime: START,
  endTime: '2026-01-01T01:00:00Z',
}
const failed = {
  jobStatus: 'FAILED',
  jobDeploymentStatus: 'Failed',
  reason: 'AppFailed',
  message: 'exit 1',
  failed: 1,
  startTime: START,
  endTime: START,
}

it('has a component for the head and for each group of workers', () =>
  expect(rayJob.getComponents?.(object())).toEqual([
    { name: 'ray-head', replicas: 1, replicaRequirements: { resourceRequest: { cpu: '1', memory: '2Gi' } } },
    { name: 'small', replicas: 2, replicaRequirements: { resourceRequest: { cpu: '500m' } } },
    { name: 'tpu', replicas: 4, replicaRequirements: { resourceRequest: { cpu: '2', 'google.com/tpu': '4' } } },
  ]))

it('needs what its pods need', () =>
  expect(rayJob.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'ConfigMap settings',
    'Secret login',
    'ServiceAccount head',
  ]))

it.each([
  { name: 'running', status: running, more: {}, want: true },
  { name: 'complete', status: complete, more: {}, want: true },
  { name: 'progressing', status: { jobDeploymentStatus: 'Initializing' }, more: {}, want: false },
  { name: 'failed', status: failed, more: {}, want: false },
  { name: 'stopped', status: { jobStatus: 'STOPPED', jobDeploymentStatus: 'Complete' }, more: {}, want: false },
  { name: 'suspended as told', status: { jobDeploymentStatus: 'Suspended' }, more: { suspend: true }, want: true },
])('health: $name', ({ status, more, want }) => expect(rayJob.isHealthy?.(object(status, more))).toBe(want))

it.each([
  { name: 'complete where all are', b: complete, want: { ...complete, succeeded: 2 } },
  {
    name: 'running while one is',
    b: running,
    want: { jobStatus: 'RUNNING', jobDeploymentStatus: 'Running', succeeded: 1, startTime: START },
  },
  { name: 'failed as soon as one is', b: failed, want: { ...failed, succeeded: 1, endTime: complete.endTime } },
  { name: 'not begun where one says nothing', b: undefined, want: { succeeded: 1, startTime: START } },
])('over clusters: $name', ({ b, want }) =>
  expect(rayJob.aggregateStatus?.(object(), reports({ a: complete, b }))['status']).toEqual(want),
)
