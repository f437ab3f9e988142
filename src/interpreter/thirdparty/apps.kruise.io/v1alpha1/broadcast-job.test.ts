import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { broadcastJob } from './broadcast-job.ts'

const template = (spec = {}, status?: object) =>
  frozenObject('apps.kruise.io/v1alpha1 BroadcastJob', {
    metadata: { name: 'download-image' },
    spec: {
      completionPolicy: { type: 'Always', ttlSecondsAfterFinished: 30 },
      template: {
        metadata: { labels: { app: 'download' } },
        spec: { restartPolicy: 'Never', serviceAccountName: 'puller', containers: [{ name: 'pull' }] },
      },
      ...spec,
    },
    ...(status && { status }),
  })
const START = '2026-01-01T00:00:00Z'
const complete = (completionTime: string) => ({
  conditions: [{ type: 'Complete', status: 'True', message: 'Job completed', lastTransitionTime: completionTime }],
  phase: 'completed',
  desired: 3,
  succeeded: 3,
  active: 0,
  failed: 0,
  startTime: START,
  completionTime,
})

it.each([
  { name: 'a number', spec: { parallelism: 5 }, want: 5 },
  { name: 'a share of the nodes', spec: { parallelism: '20%' }, want: 0 },
  { name: 'all nodes', spec: {}, want: 0 },
])('replicas with a parallelism of $name', ({ spec, want }) =>
  expect(broadcastJob.getReplicas?.(template(spec))).toEqual({ replicas: want }),
)

it('is revised where its parallelism is a number', () => {
  expect(broadcastJob.reviseReplicas?.(template({ parallelism: 5 }), 2)).toMatchObject({ spec: { parallelism: 2 } })
  const share = template({ parallelism: '20%' })
  expect(broadcastJob.reviseReplicas?.(share, 2)).toBe(share)
})

it('keeps the labels of its pods in the member', () => {
  const labels = { app: 'old', 'broadcastjob-name': 'x', 'broadcastjob-controller-uid': 'u' }
  const retained = broadcastJob.retain?.(template(), template({ template: { metadata: { labels } } }))
  expect(retained).toMatchObject({ spec: { template: { metadata: { labels: { ...labels, app: 'download' } } } } })
  expect(broadcastJob.retain?.(template(), template())).toEqual(template())
})

it('needs what its pods need', () =>
  expect(broadcastJob.getDependencies?.(template())).toMatchObject([{ kind: 'ServiceAccount', name: 'puller' }]))

it.each([
  { name: 'not begun', status: undefined, want: false },
  { name: 'running', status: { phase: 'running', active: 2 }, want: true },
  { name: 'complete', status: complete(START), want: true },
  { name: 'paused after a failure', status: { phase: 'paused', failed: 1 }, want: false },
  { name: 'failed', status: { phase: 'failed', conditions: [{ type: 'Failed', status: 'True' }] }, want: false },
])('health: $name', ({ status, want }) => expect(broadcastJob.isHealthy?.(template({}, status))).toBe(want))

it('reflects its status', () =>
  expect(broadcastJob.reflectStatus?.(template({}, complete(START)))).toMatchObject({ ...complete(START) }))

it('is complete when it is in all clusters', () => {
  const a = complete('2026-01-01T00:01:00Z')
  const b = complete('2026-01-01T00:02:00Z')
  expect(broadcastJob.aggregateStatus?.(template(), reports({ a, b }))['status']).toEqual({
    conditions: [
      { type: 'Complete', status: 'True', message: 'Job completed', lastTransitionTime: '2026-01-01T00:02:00Z' },
    ],
    phase: 'completed',
    desired: 6,
    succeeded: 6,
    active: 0,
    failed: 0,
    startTime: START,
    completionTime: '2026-01-01T00:02:00Z',
  })
  const running = { phase: 'running', active: 1, desired: 3, succeeded: 2, failed: 0, startTime: START }
  const together = broadcastJob.aggregateStatus?.(template(), reports({ a, b: running }))['status']
  expect(together).toMatchObject({ phase: 'running', active: 1, conditions: [{ status: 'Unknown' }] })
  expect(together).not.toHaveProperty('completionTime')
})
