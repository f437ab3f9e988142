import { describe, expect, it } from '@jest/globals'
import { failedTermMessage, failure, lastingWords, SUCCESS, scheduledCondition, successMessage } from './outcome.ts'

describe('scheduledCondition (scheduling.md §10)', () => {
  it('of success', () => {
    expect(scheduledCondition(SUCCESS)).toEqual({
      type: 'Scheduled',
      status: 'True',
      reason: 'Success',
      message: 'Binding has been scheduled successfully.',
    })
  })
  it('of failure', () => {
    expect(scheduledCondition(failure('Unschedulable', 'no room'))).toEqual({
      type: 'Scheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: 'no room',
    })
  })
})

describe('lastingWords', () => {
  it.each([
    { reason: 'Unschedulable', message: 'replicas 12 are not enough', want: 'replicas # are not enough' },
    { reason: 'NoClusterFit', message: '0/3 clusters are available', want: '0/3 clusters are available' },
  ])('of $reason', ({ want, ...failed }) => expect(lastingWords(failed)).toBe(want))
})

describe('successMessage (scheduling.md §10)', () => {
  const targets = [{ name: 'm1', replicas: 2 }, { name: 'm2' }]
  it('of a namespaced binding', () => {
    expect(successMessage(targets)).toBe('Binding has been scheduled successfully. Result: {m1:2, m2:0}')
  })
  it('of a cluster-wide one', () => {
    expect(successMessage(targets, { namespaced: false })).toBe(
      'Binding has been scheduled successfully. Result {m1:2, m2:0}',
    )
  })
})

it('failedTermMessage (scheduling.md §5)', () => {
  const term = { index: 1, message: 'no room' }
  expect(failedTermMessage({ kind: 'ResourceBinding', namespace: 'ns', name: 'n' }, term)).toBe(
    'failed to schedule ResourceBinding(ns/n) with clusterAffiliates index(1): no room',
  )
})
