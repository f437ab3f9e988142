import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { jobSet } from './job-set.ts'

const says = (type: string, status = 'True') => ({
  type,
  status,
  reason: 'R',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (
  status?: object,
  { labels = {}, ...more }: { labels?: Record<string, string>; suspend?: boolean } = {},
) =>
  frozenObject('jobset.x-k8s.io/v1alpha2 JobSet', {
    metadata: { labels },
    spec: {
      replicatedJobs: [
        {
          name: 'driver',
          replicas: 1,
          template: { spec: { template: { spec: { serviceAccountName: 'driver', containers: [{ name: 'd' }] } } } },
        },
        {
          name: 'workers',
          replicas: 2,
          template: {
            spec: {
              parallelism: 4,
              template: { spec: { containers: [{ name: 'w', resources: { requests: { cpu: '2' } } }] } },
            },
          },
        },
      ],
      ...more,
    },
    ...(status && { status }),
  })
const job = (name: string, counts: object) => ({
  name,
  ready: 0,
  succeeded: 0,
  failed: 0,
  active: 0,
  suspended: 0,
  ...counts,
})
const running = {
  restarts: 1,
  replicatedJobsStatus: [job('driver', { ready: 1, active: 1 }), job('workers', { ready: 1, succeeded: 1 })],
}
const complete = {
  conditions: [says('Completed')],
  terminalState: 'Completed',
  replicatedJobsStatus: [job('driver', { succeeded: 1 })],
}

it('has a component for each of its Jobs', () =>
  expect(jobSet.getComponents?.(object())).toEqual([
    { name: 'driver', replicas: 1 },
    { name: 'workers', replicas: 8, replicaRequirements: { resourceRequest: { cpu: '2' } } },
  ]))

it('needs what its pods need', () =>
  expect(jobSet.getDependencies?.(object())).toMatchObject([{ kind: 'ServiceAccount', name: 'driver' }]))

it('is started by the queue of the member, if it is in one', () => {
  const labels = { 'kueue.x-k8s.io/queue-name': 'team' }
  const observed = object(undefined, { suspend: true })
  expect(jobSet.retain?.(object(undefined, { labels, suspend: false }), observed)).toMatchObject({
    spec: { suspend: true },
  })
  const free = object(undefined, { suspend: false })
  expect(jobSet.retain?.(free, observed)).toBe(free)
})

it.each([
  { name: 'running', status: running, more: {}, want: true },
  { name: 'progressing', status: { replicatedJobsStatus: [job('driver', { ready: 1 })] }, more: {}, want: false },
  { name: 'complete', status: complete, more: {}, want: true },
  { name: 'failed', status: { ...running, conditions: [says('Failed')] }, more: {}, want: false },
  { name: 'suspended as told', status: { conditions: [says('Suspended')] }, more: { suspend: true }, want: true },
])('health: $name', ({ status, more, want }) => expect(jobSet.isHealthy?.(object(status, more))).toBe(want))

it('sums over clusters, by Job too, and is complete when all are', () => {
  expect(jobSet.aggregateStatus?.(object(), reports({ a: running, b: running }))['status']).toEqual({
    restarts: 2,
    replicatedJobsStatus: [job('driver', { ready: 2, active: 2 }), job('workers', { ready: 2, succeeded: 2 })],
  })
  const state = (b: object) => jobSet.aggregateStatus?.(object(), reports({ a: complete, b: { ...b } }))['status']
  expect(state(complete)).toMatchObject({ terminalState: 'Completed', conditions: [says('Completed')] })
  expect(state({ conditions: [says('Failed')] })).toMatchObject({ terminalState: 'Failed' })
  expect(state(running)).not.toHaveProperty('terminalState')
})
