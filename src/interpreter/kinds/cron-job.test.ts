import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { cronJob } from './cron-job.ts'

const template = frozenObject('batch/v1 CronJob', { status: { active: [{ name: 'old' }] } })

it('joins active Jobs and takes the latest times', () => {
  const items = reports({
    a: {
      active: [{ name: 'x' }],
      lastScheduleTime: '2026-01-01T00:00:00Z',
      lastSuccessfulTime: '2026-01-01T00:00:30Z',
    },
    b: { active: [{ name: 'y' }], lastScheduleTime: '2026-01-01T00:01:00Z' },
    c: undefined,
  })
  expect(cronJob.aggregateStatus?.(template, items)['status']).toEqual({
    active: [{ name: 'x' }, { name: 'y' }],
    lastScheduleTime: '2026-01-01T00:01:00Z',
    lastSuccessfulTime: '2026-01-01T00:00:30Z',
  })
})

it('is empty when no cluster reports', () => expect(cronJob.aggregateStatus?.(template, [])['status']).toEqual({}))

it('is always healthy', () => expect(cronJob.isHealthy).toBeUndefined())

it('compares times, not their text', () => {
  const items = reports({
    a: { lastScheduleTime: '2026-01-01T01:00:00+02:00' },
    b: { lastScheduleTime: '2026-01-01T00:30:00Z' },
  })
  expect(cronJob.aggregateStatus?.(template, items)['status']).toEqual({ lastScheduleTime: '2026-01-01T00:30:00Z' })
})

it('reflects the whole status, and has no replicas', () => {
  expect(cronJob.reflectStatus).toBeUndefined()
  expect(cronJob.getReplicas).toBeUndefined()
})
