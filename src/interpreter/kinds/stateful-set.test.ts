import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { statefulSet } from './stateful-set.ts'

const template = (fields = {}) => frozenObject('apps/v1 StatefulSet', { metadata: { generation: 2 }, ...fields })
const counters = { replicas: 5, readyReplicas: 4, currentReplicas: 3, updatedReplicas: 2, availableReplicas: 1 }

it('reads and revises spec.replicas', () => {
  const three = template({ spec: { replicas: 3 } })
  expect(statefulSet.getReplicas?.(three)).toEqual({ replicas: 3 })
  expect(statefulSet.reviseReplicas?.(three, 1)['spec']).toEqual({ replicas: 1 })
})

it('has no replicas where none are given', () =>
  expect(statefulSet.getReplicas?.(template({ spec: {} }))).toEqual({ replicas: 0 }))

it('reflects five counters, and observedGeneration also when it is zero', () => {
  const status = { ...counters, observedGeneration: 2, currentRevision: 'x' }
  expect(statefulSet.reflectStatus?.(template({ status }))).toEqual({
    ...counters,
    observedGeneration: 2,
    generation: 2,
  })
  expect(statefulSet.reflectStatus?.(template({ status: {} }))).toEqual({
    replicas: 0,
    availableReplicas: 0,
    observedGeneration: 0,
    generation: 2,
  })
})

it.each([
  { name: 'all updated and available', status: { updatedReplicas: 3, availableReplicas: 3 }, want: true },
  { name: 'some not updated', status: { updatedReplicas: 2, availableReplicas: 3 }, want: false },
  { name: 'some not available', status: { updatedReplicas: 3, availableReplicas: 2 }, want: false },
  {
    name: 'an outdated status',
    status: { updatedReplicas: 3, availableReplicas: 3, observedGeneration: 1 },
    want: false,
  },
])('health with $name', ({ status, want }) => {
  const observed = template({ spec: { replicas: 3 }, status: { observedGeneration: 2, ...status } })
  expect(statefulSet.isHealthy?.(observed)).toBe(want)
})

it('sums over clusters', () => {
  const items = reports({ a: counters, b: counters })
  expect(statefulSet.aggregateStatus?.(template(), items)['status']).toEqual({
    replicas: 10,
    readyReplicas: 8,
    currentReplicas: 6,
    updatedReplicas: 4,
    availableReplicas: 2,
  })
})

it.each([
  {
    name: 'a member that lags behind keeps it',
    item: { generation: 3, observedGeneration: 2, resourceTemplateGeneration: 2 },
    want: 1,
  },
  {
    name: 'a member that observed nothing keeps it',
    item: { generation: 3, observedGeneration: 0, resourceTemplateGeneration: 2 },
    want: 1,
  },
  {
    name: 'a current member moves it',
    item: { generation: 3, observedGeneration: 3, resourceTemplateGeneration: 2 },
    want: 2,
  },
  {
    name: 'what an agent of Karmada wrote moves it by the template generation',
    item: { generation: 3, resourceTemplateGeneration: 2 },
    want: 2,
  },
  { name: 'an older template keeps it', item: { generation: 3, resourceTemplateGeneration: 1 }, want: 1 },
])('observedGeneration: $name', ({ item, want }) => {
  const before = template({ status: { observedGeneration: 1 } })
  expect(statefulSet.aggregateStatus?.(before, reports({ a: item }))['status']).toMatchObject({
    observedGeneration: want,
  })
})
