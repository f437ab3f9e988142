import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { tfJob } from './tf-job.ts'

const TIME = '2026-01-01T00:00:00Z'
const object = (status?: object) =>
  frozenObject('kubeflow.org/v1 TFJob', {
    metadata: { name: 'mnist' },
    spec: {
      tfReplicaSpecs: {
        Chief: {
          replicas: 1,
          template: {
            spec: {
              imagePullSecrets: [{ name: 'login' }],
              containers: [{ name: 'main', resources: { requests: { cpu: '1' } } }],
            },
          },
        },
        Worker: {
          replicas: 3,
          template: {
            spec: {
              priorityClassName: 'batch',
              containers: [{ name: 'main', resources: { limits: { 'nvidia.com/gpu': '2' } } }],
              volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
            },
          },
        },
      },
    },
    ...(status && { status }),
  })
const says = (type: string, status = 'True', message = '') => ({
  type,
  status,
  reason: type,
  message,
  lastTransitionTime: TIME,
})
const running = {
  conditions: [says('Created'), says('Running')],
  replicaStatuses: { Chief: { active: 1 }, Worker: { active: 3 } },
  startTime: TIME,
}
const succeeded = {
  conditions: [says('Created'), says('Running', 'False'), says('Succeeded')],
  replicaStatuses: { Chief: { succeeded: 1 }, Worker: { active: 1, succeeded: 2 } },
  startTime: TIME,
  completionTime: '2026-01-01T01:00:00Z',
}

it('has a component for each role', () =>
  expect(tfJob.getComponents?.(object())).toEqual([
    { name: 'Chief', replicas: 1, replicaRequirements: { resourceRequest: { cpu: '1' } } },
    {
      name: 'Worker',
      replicas: 3,
      replicaRequirements: { resourceRequest: { 'nvidia.com/gpu': '2' }, priorityClassName: 'batch' },
    },
  ]))

it('needs what the pods of all roles need', () =>
  expect(tfJob.getDependencies?.(object())).toMatchObject([
    { kind: 'PersistentVolumeClaim', name: 'data' },
    { kind: 'Secret', name: 'login' },
  ]))

it.each([
  { name: 'not begun', status: undefined, want: false },
  { name: 'created', status: { conditions: [says('Created')] }, want: false },
  { name: 'running', status: running, want: true },
  { name: 'succeeded', status: succeeded, want: true },
  { name: 'restarting', status: { conditions: [says('Running', 'False'), says('Restarting')] }, want: false },
  { name: 'failed', status: { conditions: [says('Running'), says('Failed')] }, want: false },
  { name: 'suspended', status: { conditions: [says('Suspended')] }, want: true },
])('health: $name', ({ status, want }) => expect(tfJob.isHealthy?.(object(status))).toBe(want))

it.each([
  {
    name: 'succeeded everywhere',
    b: succeeded,
    want: { Succeeded: 'True', Running: 'False' },
    completionTime: '2026-01-01T01:00:00Z',
  },
  { name: 'running in one', b: running, want: { Succeeded: 'Unknown', Running: 'True' }, completionTime: undefined },
  {
    name: 'failed in one',
    b: { conditions: [says('Failed', 'True', 'exit code 1')] },
    want: { Failed: 'True', Succeeded: 'Unknown' },
    completionTime: undefined,
  },
])('over clusters: $name', ({ b, want, completionTime }) => {
  const status = tfJob.aggregateStatus?.(object(), reports({ a: succeeded, b }))['status']
  const conditions = Object.entries(want).map(([type, value]) => expect.objectContaining({ type, status: value }))
  expect(status).toMatchObject({ conditions: expect.arrayContaining(conditions), startTime: TIME })
  expect(Object(status).completionTime).toBe(completionTime)
})

it('sums the pods of each role', () =>
  expect(tfJob.aggregateStatus?.(object(), reports({ a: running, b: succeeded }))['status']).toMatchObject({
    replicaStatuses: { Chief: { active: 1, succeeded: 1 }, Worker: { active: 4, succeeded: 2 } },
  }))
