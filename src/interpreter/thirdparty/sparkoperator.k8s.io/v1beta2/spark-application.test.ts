import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { sparkApplication } from './spark-application.ts'

const object = (status?: object, more = {}) =>
  frozenObject('sparkoperator.k8s.io/v1beta2 SparkApplication', {
    spec: {
      type: 'Scala',
      mainClass: 'org.apache.spark.examples.SparkPi',
      driver: { cores: 1, memory: '512m', serviceAccount: 'spark', nodeSelector: { pool: 'drivers' } },
      executor: {
        instances: 3,
        cores: 2,
        coreRequest: '1500m',
        memory: '8g',
        gpu: { name: 'nvidia.com/gpu', quantity: 1 },
      },
      ...more,
    },
    ...(status && { status }),
  })
const running = {
  applicationState: { state: 'RUNNING' },
  driverInfo: { podName: 'pi-driver' },
  executorState: { 'pi-exec-1': 'RUNNING' },
  sparkApplicationId: 'spark-1',
  submissionAttempts: 1,
  executionAttempts: 1,
  lastSubmissionAttemptTime: '2026-01-01T00:00:00Z',
}

it('has a driver and executors, with the memory that Spark adds', () => {
  const needs = (resourceRequest: object) => ({ replicaRequirements: { resourceRequest } })
  expect(sparkApplication.getComponents?.(object())).toEqual([
    {
      name: 'driver',
      replicas: 1,
      replicaRequirements: {
        nodeClaim: { nodeSelector: { pool: 'drivers' } },
        resourceRequest: { cpu: '1', memory: '896Mi' },
      },
    },
    { name: 'executor', replicas: 3, ...needs({ cpu: '1500m', memory: '9012Mi', 'nvidia.com/gpu': '1' }) },
  ])
  const python = { type: 'Python', driver: { memory: '2g' }, executor: { memory: '2g', memoryOverhead: '1g' } }
  expect(sparkApplication.getComponents?.(object(undefined, python))).toEqual([
    { name: 'driver', replicas: 1, ...needs({ cpu: '1', memory: '2868Mi' }) },
    { name: 'executor', replicas: 1, ...needs({ cpu: '1', memory: '3Gi' }) },
  ])
})

it.each([
  ['', false],
  ['SUBMITTED', false],
  ['RUNNING', true],
  ['COMPLETED', true],
  ['FAILED', false],
  ['SUBMISSION_FAILED', false],
])('health: "%s"', (state, want) =>
  expect(sparkApplication.isHealthy?.(object({ applicationState: { state } }))).toBe(want),
)

it('is healthy when it is suspended as told', () =>
  expect(sparkApplication.isHealthy?.(object({ applicationState: { state: 'SUSPENDED' } }, { suspend: true }))).toBe(
    true,
  ))

it('reflects its status', () =>
  expect(sparkApplication.reflectStatus?.(object({ ...running, other: 1 }))).toEqual({
    ...running,
    generation: 0,
    resourceTemplateGeneration: 0,
  }))

it('is in the state of the worst, with the executors of all clusters', () => {
  const failed = { state: 'FAILED', errorMessage: 'no main class' }
  const b = {
    ...running,
    applicationState: failed,
    sparkApplicationId: 'spark-2',
    driverInfo: {},
    terminationTime: '2026-01-01T00:01:00Z',
  }
  expect(sparkApplication.aggregateStatus?.(object(), reports({ a: running, b }))['status']).toEqual({
    applicationState: failed,
    driverInfo: {},
    executorState: { 'a/pi-exec-1': 'RUNNING', 'b/pi-exec-1': 'RUNNING' },
    submissionAttempts: 2,
    executionAttempts: 2,
    lastSubmissionAttemptTime: '2026-01-01T00:00:00Z',
  })
})
