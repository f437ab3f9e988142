import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { volcanoJob } from './job.ts'

const object = (status?: object) =>
  frozenObject('batch.volcano.sh/v1alpha1 Job', {
    spec: {
      minAvailable: 3,
      schedulerName: 'volcano',
      tasks: [
        {
          name: 'master',
          replicas: 1,
          template: { spec: { containers: [{ name: 'm', resources: { requests: { cpu: '1' } } }] } },
        },
        { replicas: 2, template: { spec: { nodeSelector: { gpu: 'yes' }, containers: [{ name: 'w' }] } } },
      ],
    },
    ...(status && { status }),
  })
const state = (phase: string) => ({ phase, lastTransitionTime: '2026-01-01T00:00:00Z' })
const running = {
  state: state('Running'),
  minAvailable: 3,
  running: 3,
  taskStatusCount: { master: { phase: { Running: 1 } } },
}

it('has a component for each task', () =>
  expect(volcanoJob.getComponents?.(object())).toEqual([
    { name: 'master', replicas: 1, replicaRequirements: { resourceRequest: { cpu: '1' } } },
    { name: 'default1', replicas: 2, replicaRequirements: { nodeClaim: { nodeSelector: { gpu: 'yes' } } } },
  ]))

it.each([
  ['Pending', false],
  ['Running', true],
  ['Restarting', false],
  ['Aborted', false],
  ['Completed', true],
  ['Failed', false],
])('health: %s', (phase, want) => expect(volcanoJob.isHealthy?.(object({ state: state(phase) }))).toBe(want))

it('reflects its counts and its state', () =>
  expect(volcanoJob.reflectStatus?.(object({ ...running, version: 4 }))).toEqual({
    ...running,
    generation: 0,
    resourceTemplateGeneration: 0,
  }))

it('sums over clusters, by task too, and is in the state of the worst', () => {
  const b = {
    state: state('Failed'),
    minAvailable: 3,
    failed: 1,
    taskStatusCount: { master: { phase: { Failed: 1, Running: 1 } } },
  }
  expect(volcanoJob.aggregateStatus?.(object(), reports({ a: running, b }))['status']).toEqual({
    state: state('Failed'),
    minAvailable: 6,
    running: 3,
    failed: 1,
    taskStatusCount: { master: { phase: { Running: 2, Failed: 1 } } },
  })
})
