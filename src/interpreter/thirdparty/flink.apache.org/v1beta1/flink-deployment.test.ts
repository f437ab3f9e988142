import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { flinkDeployment } from './flink-deployment.ts'

const object = (status?: object, more = {}) =>
  frozenObject('flink.apache.org/v1beta1 FlinkDeployment', {
    metadata: { generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } },
    spec: {
      image: 'flink:1.19',
      flinkVersion: 'v1_19',
      flinkConfiguration: { 'taskmanager.numberOfTaskSlots': '2' },
      serviceAccount: 'flink',
      podTemplate: { spec: { nodeSelector: { pool: 'flink' } } },
      jobManager: { resource: { memory: '2048m', cpu: 1 } },
      taskManager: { resource: { memory: '4g', cpu: 0.5 } },
      job: { jarURI: 'local:///opt/job.jar', parallelism: 5, upgradeMode: 'stateless' },
      ...more,
    },
    ...(status && { status }),
  })
const stable = {
  jobStatus: { state: 'RUNNING', jobId: 'a1', jobName: 'job', startTime: '1', updateTime: '2' },
  lifecycleState: 'STABLE',
  jobManagerDeploymentStatus: 'READY',
  observedGeneration: 2,
  taskManager: { labelSelector: 'component=taskmanager', replicas: 3 },
  clusterInfo: { 'flink-version': '1.19' },
}
const nodeClaim = { nodeSelector: { pool: 'flink' } }

it('has the task managers that its parallelism needs', () => {
  expect(flinkDeployment.getComponents?.(object())).toEqual([
    {
      name: 'jobmanager',
      replicas: 1,
      replicaRequirements: { nodeClaim, resourceRequest: { cpu: '1', memory: '2Gi' } },
    },
    {
      name: 'taskmanager',
      replicas: 3,
      replicaRequirements: { nodeClaim, resourceRequest: { cpu: '500m', memory: '4Gi' } },
    },
  ])
  expect(flinkDeployment.getReplicas?.(object())).toEqual({
    replicas: 4,
    requirements: { nodeClaim, resourceRequest: { cpu: '1', memory: '4Gi' } },
  })
})

it.each([
  { name: 'that are told', more: { taskManager: { replicas: 7 } }, want: 8 },
  { name: 'of a session cluster, none before there are jobs', more: { job: undefined }, want: 1 },
])('replicas $name', ({ more, want }) =>
  expect(flinkDeployment.getReplicas?.(object(undefined, more))?.replicas).toBe(want),
)

it.each([
  { name: 'running', change: {}, more: {}, want: true },
  {
    name: 'finished',
    change: { jobStatus: { state: 'FINISHED' }, jobManagerDeploymentStatus: 'MISSING' },
    more: {},
    want: true,
  },
  { name: 'progressing', change: { jobManagerDeploymentStatus: 'DEPLOYING' }, more: {}, want: false },
  { name: 'restarting', change: { jobStatus: { state: 'RESTARTING' } }, more: {}, want: false },
  { name: 'rolled back', change: { lifecycleState: 'ROLLED_BACK' }, more: {}, want: false },
  { name: 'a session cluster', change: { jobStatus: {} }, more: { job: undefined }, want: true },
])('health: $name', ({ change, more, want }) =>
  expect(flinkDeployment.isHealthy?.(object({ ...stable, ...change }, more))).toBe(want),
)

it('reflects and aggregates', () => {
  const a = flinkDeployment.reflectStatus?.(object({ ...stable, reconciliationStatus: {} }))
  expect(a).toEqual({ ...stable, generation: 2, resourceTemplateGeneration: 2 })
  const taskManager = { labelSelector: 'component=taskmanager', replicas: 6 }
  expect(flinkDeployment.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual({
    ...stable,
    taskManager,
  })
  const b = {
    ...a,
    jobStatus: { state: 'FAILED' },
    lifecycleState: 'FAILED',
    error: 'no checkpoint',
    resourceTemplateGeneration: 1,
  }
  expect(flinkDeployment.aggregateStatus?.(object(), reports({ a, b }))['status']).toEqual({
    clusterInfo: stable.clusterInfo,
    jobStatus: { state: 'FAILED' },
    lifecycleState: 'FAILED',
    jobManagerDeploymentStatus: 'READY',
    error: 'b: no checkpoint',
    taskManager,
  })
})
