import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { advancedCronJob } from './advanced-cron-job.ts'

const podTemplate = { spec: { containers: [{ name: 'a', envFrom: [{ configMapRef: { name: 'settings' } }] }] } }
const template = (fields: object = { broadcastJobTemplate: { spec: { template: podTemplate } } }) =>
  frozenObject('apps.kruise.io/v1alpha1 AdvancedCronJob', {
    spec: { schedule: '*/1 * * * *', template: fields },
  })

it.each(['jobTemplate', 'broadcastJobTemplate'])('needs what the pods of its %s need', name =>
  expect(advancedCronJob.getDependencies?.(template({ [name]: { spec: { template: podTemplate } } }))).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' },
  ]),
)

it('joins what runs in the clusters', () => {
  const items = reports({
    a: { type: 'BroadcastJob', active: [{ name: 'x-1' }], lastScheduleTime: '2026-01-01T00:01:00Z' },
    b: { type: 'BroadcastJob', active: [{ name: 'x-2' }], lastScheduleTime: '2026-01-01T00:02:00Z' },
    c: undefined,
  })
  expect(advancedCronJob.aggregateStatus?.(template(), items)['status']).toEqual({
    type: 'BroadcastJob',
    active: [{ name: 'x-1' }, { name: 'x-2' }],
    lastScheduleTime: '2026-01-01T00:02:00Z',
  })
})
