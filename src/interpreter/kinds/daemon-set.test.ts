import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { daemonSet } from './daemon-set.ts'

const template = (fields = {}) => frozenObject('apps/v1 DaemonSet', { metadata: { generation: 2 }, ...fields })
const counters = {
  currentNumberScheduled: 1,
  numberMisscheduled: 2,
  desiredNumberScheduled: 3,
  numberReady: 4,
  updatedNumberScheduled: 5,
  numberAvailable: 6,
  numberUnavailable: 7,
}

it('is no workload with replicas', () => expect(daemonSet.getReplicas).toBeUndefined())

it('reflects seven counters, four of them also when they are zero', () => {
  const status = { ...counters, observedGeneration: 2, collisionCount: 1 }
  expect(daemonSet.reflectStatus?.(template({ status }))).toEqual({ ...counters, observedGeneration: 2, generation: 2 })
  expect(daemonSet.reflectStatus?.(template({ status: {} }))).toEqual({
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
    generation: 2,
  })
})

it.each([
  { name: 'all updated and available', status: { updatedNumberScheduled: 3, numberAvailable: 3 }, want: true },
  { name: 'some not updated', status: { updatedNumberScheduled: 2, numberAvailable: 3 }, want: false },
  { name: 'some not available', status: { updatedNumberScheduled: 3, numberAvailable: 2 }, want: false },
  {
    name: 'an outdated status',
    status: { updatedNumberScheduled: 3, numberAvailable: 3, observedGeneration: 1 },
    want: false,
  },
])('health with $name', ({ status, want }) => {
  const observed = template({ status: { desiredNumberScheduled: 3, observedGeneration: 2, ...status } })
  expect(daemonSet.isHealthy?.(observed)).toBe(want)
})

it('sums all seven over clusters', () => {
  const current = { generation: 1, observedGeneration: 1, resourceTemplateGeneration: 2 }
  const items = reports({ a: { ...counters, ...current }, b: { ...counters, ...current } })
  expect(daemonSet.aggregateStatus?.(template(), items)['status']).toEqual({
    currentNumberScheduled: 2,
    numberMisscheduled: 4,
    desiredNumberScheduled: 6,
    numberReady: 8,
    updatedNumberScheduled: 10,
    numberAvailable: 12,
    numberUnavailable: 14,
    observedGeneration: 2,
  })
})
