import { describe, expect, it } from '@jest/globals'
import type { Condition } from '../object/condition.ts'
import { nextStatus, type WriteOutcome, workConditions } from './work-status.ts'

const now = '2026-01-01T00:00:00Z'
const done: WriteOutcome = { suspended: false, failures: [], total: 1 }
const condition = (type: string, change: Partial<Condition>): Condition => ({
  type,
  status: 'True',
  reason: 'x',
  message: 'y',
  lastTransitionTime: '2025-01-01T00:00:00Z',
  ...change,
})
const conditionsOf = (outcome: WriteOutcome, current?: readonly Condition[]) =>
  Object.fromEntries(
    workConditions(current, outcome, { now, generation: 3 }).map(({ type, status, reason, message }) => [
      type,
      [status, reason, message],
    ]),
  )

const DISPATCHING = ['True', 'Dispatching', 'Work is being dispatched to member clusters.']
const SUSPENDED = ['False', 'SuspendDispatching', 'Work dispatching is in a suspended state.']
const APPLIED = ['True', 'AppliedSuccessful', 'Manifest has been successfully applied']

// spec/behaviour/propagation.md §9 items 2 and 6, spec/api/constants.md §6 rows Work
describe('conditions of a Work', () => {
  it.each<{ name: string; outcome: WriteOutcome; current?: readonly Condition[]; want: object }>([
    { name: 'that is applied', outcome: done, want: { Dispatching: DISPATCHING, Applied: APPLIED } },
    {
      name: 'of which one manifest of three failed',
      outcome: { ...done, failures: ['no'], total: 3 },
      want: {
        Dispatching: DISPATCHING,
        Applied: ['False', 'AppliedFailed', 'Failed to apply all manifests (2/3): no'],
      },
    },
    {
      name: 'that is suspended before its first write',
      outcome: { ...done, suspended: true },
      want: { Dispatching: SUSPENDED },
    },
    {
      name: 'that is suspended later: what was applied stays so',
      outcome: { ...done, suspended: true },
      current: [condition('Applied', { reason: 'AppliedSuccessful', message: 'then' })],
      want: { Dispatching: SUSPENDED, Applied: ['True', 'AppliedSuccessful', 'then'] },
    },
    {
      name: 'that goes on',
      outcome: done,
      current: [condition('Dispatching', { status: 'False' })],
      want: { Dispatching: DISPATCHING, Applied: APPLIED },
    },
    {
      name: 'whose object differs and is left',
      outcome: { ...done, drift: '/data/a' },
      want: { Dispatching: DISPATCHING, Applied: APPLIED, Drifted: ['True', 'MemberChanged', '/data/a'] },
    },
    {
      name: 'whose object no longer differs',
      outcome: done,
      current: [condition('Drifted', {})],
      want: {
        Dispatching: DISPATCHING,
        Applied: APPLIED,
        Drifted: ['False', 'AsDeclared', 'The member holds what is declared'],
      },
    },
    {
      name: 'of which a field is left to another',
      outcome: { ...done, contested: '/spec/replicas' },
      want: { Dispatching: DISPATCHING, Applied: APPLIED, Contested: ['True', 'FieldContested', '/spec/replicas'] },
    },
    {
      name: 'that failed says nothing new of what is left',
      outcome: { ...done, failures: ['no'], drift: '/data/a' },
      current: [condition('Contested', {})],
      want: expect.objectContaining({ Contested: ['True', 'x', 'y'] }),
    },
  ])('$name', ({ outcome, current, want }) => expect(conditionsOf(outcome, current)).toEqual(want))

  it('say since when, for which generation, and no more than anybody reads', () => {
    const before = [condition('Applied', { reason: 'AppliedSuccessful' })]
    const outcome = { ...done, failures: ['x'.repeat(9000)] }
    const [applied, dispatching] = workConditions(before, outcome, { now, generation: 3 })
    expect(applied).toMatchObject({ observedGeneration: 3, lastTransitionTime: now })
    expect(applied?.message).toHaveLength(4096)
    expect(dispatching).toMatchObject({ type: 'Dispatching', observedGeneration: 3 })
    const [still] = workConditions(before, done, { now, generation: 4 })
    expect(still).toMatchObject({ observedGeneration: 4, lastTransitionTime: '2025-01-01T00:00:00Z' })
  })
})

it('manifest statuses stay where nothing was observed', () => {
  const current = {
    manifestStatuses: [{ identifier: { ordinal: 0, version: 'v1', kind: 'X', resource: '', name: 'x' } }],
  }
  expect(nextStatus(current, [], undefined)).toEqual({ ...current, conditions: [] })
  expect(nextStatus(current, [], [])).toEqual({ manifestStatuses: [], conditions: [] })
})
