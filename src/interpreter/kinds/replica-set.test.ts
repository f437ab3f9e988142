import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { replicaSet } from './replica-set.ts'

const template = (fields = {}) => frozenObject('apps/v1 ReplicaSet', { metadata: { generation: 2 }, ...fields })

it('reads and revises spec.replicas', () => {
  const three = template({ spec: { replicas: 3 } })
  expect(replicaSet.getReplicas?.(three)).toEqual({ replicas: 3 })
  expect(replicaSet.reviseReplicas?.(three, 1)['spec']).toEqual({ replicas: 1 })
})

it('has no replicas where none are given', () =>
  expect(replicaSet.getReplicas?.(template({ spec: {} }))).toEqual({ replicas: 0 }))

it('reflects four counters; replicas also when it is zero', () => {
  const status = { replicas: 0, fullyLabeledReplicas: 4, observedGeneration: 2 }
  expect(replicaSet.reflectStatus?.(template({ status }))).toEqual({
    replicas: 0,
    fullyLabeledReplicas: 4,
    observedGeneration: 2,
    generation: 2,
  })
})

it.each([
  { name: 'enough available', status: { observedGeneration: 2, availableReplicas: 3 }, want: true },
  { name: 'too few available', status: { observedGeneration: 2, availableReplicas: 2 }, want: false },
  { name: 'an outdated status', status: { observedGeneration: 1, availableReplicas: 3 }, want: false },
])('health with $name', ({ status, want }) =>
  expect(replicaSet.isHealthy?.(template({ spec: { replicas: 3 }, status }))).toBe(want),
)

it('sums over clusters', () => {
  const current = { generation: 1, observedGeneration: 1, resourceTemplateGeneration: 2 }
  const items = reports({
    a: { replicas: 1, readyReplicas: 1, availableReplicas: 1, ...current },
    b: { replicas: 2, ...current },
  })
  expect(replicaSet.aggregateStatus?.(template(), items)['status']).toEqual({
    replicas: 3,
    readyReplicas: 1,
    availableReplicas: 1,
    observedGeneration: 2,
  })
})

it('reflects that its Pods cannot be made', () => {
  const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }
  const status = { replicas: 0, conditions: [failure] }
  expect(replicaSet.reflectStatus?.(template({ status }))).toMatchObject({ conditions: [failure] })
})
