import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { podDisruptionBudget } from './pod-disruption-budget.ts'

const object = (fields = {}) => frozenObject('policy/v1 PodDisruptionBudget', fields)
const counters = { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 3, expectedPods: 4 }

it('reflects four counters, also when they are zero, and disrupted pods', () => {
  const disruptedPods = { p: '2026-01-01T00:00:00Z' }
  const status = { ...counters, disruptedPods, observedGeneration: 1, conditions: [] }
  expect(podDisruptionBudget.reflectStatus?.(object({ status }))).toEqual({ ...counters, disruptedPods })
  expect(podDisruptionBudget.reflectStatus?.(object({ status: {} }))).toEqual({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
  })
  expect(podDisruptionBudget.reflectStatus?.(object())).toBeUndefined()
})

it.each([
  { currentHealthy: 3, want: true },
  { currentHealthy: 2, want: false },
])('health with $currentHealthy of 3 desired: $want', ({ currentHealthy, want }) =>
  expect(podDisruptionBudget.isHealthy?.(object({ status: { currentHealthy, desiredHealthy: 3 } }))).toBe(want),
)

it('keeps counters that are zero and what else its status holds, and drops pods that are no longer disrupted', () => {
  const status = { ...counters, disruptedPods: { 'a/p': 't1' }, observedGeneration: 1, conditions: [] }
  expect(podDisruptionBudget.aggregateStatus?.(object({ status }), reports({ a: undefined }))['status']).toEqual({
    disruptionsAllowed: 0,
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    observedGeneration: 1,
    conditions: [],
  })
})

it('is healthy when it wants nothing', () => expect(podDisruptionBudget.isHealthy?.(object())).toBe(true))

it('sums counters and tells the pods of clusters apart', () => {
  const items = reports({
    a: { ...counters, disruptedPods: { p: 't1' } },
    b: { ...counters, disruptedPods: { p: 't2' } },
  })
  expect(podDisruptionBudget.aggregateStatus?.(object(), items)['status']).toEqual({
    disruptionsAllowed: 2,
    currentHealthy: 4,
    desiredHealthy: 6,
    expectedPods: 8,
    disruptedPods: { 'a/p': 't1', 'b/p': 't2' },
  })
})

it.each([
  {
    name: 'allows a disruption where one cluster does',
    reasons: ['SufficientPods', 'InsufficientPods'],
    want: 'SufficientPods',
  },
  { name: 'allows none where none does', reasons: ['InsufficientPods', 'InsufficientPods'], want: 'InsufficientPods' },
  { name: 'cannot tell where one cluster cannot', reasons: ['SufficientPods', 'SyncFailed'], want: 'SyncFailed' },
])('$name', ({ reasons, want }) => {
  const of = (reason: string) => ({
    type: 'DisruptionAllowed',
    status: reason === 'SufficientPods' ? 'True' : 'False',
    ...{ reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  })
  const reflected = reasons.map(reason =>
    podDisruptionBudget.reflectStatus?.(object({ status: { conditions: [of(reason)] } })),
  )
  const items = reports(Object.fromEntries(reflected.map((status, index) => [`m${index}`, status])))
  expect(podDisruptionBudget.aggregateStatus?.(object(), items)['status']).toMatchObject({ conditions: [of(want)] })
})
