import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import { placeBinding } from '../rendering/place-binding.ts'
import type { Change } from '../runtime/informer.ts'
import { a } from '../testing/builders.ts'
import { movesItsGroup, priorityOf, roomSettlesMs, sharesGroup, waitingIndex } from './waiting.ts'

const now = '2026-01-01T00:00:00Z'
const inGroup = (groups: object | undefined, targets: readonly string[] = [], namespace = 'default'): Binding => {
  const workloadAffinityGroups = groups && { workloadAffinityGroups: groups }
  return a.binding({ namespace, spec: { ...workloadAffinityGroups, clusters: targets.map(name => ({ name })) } })
}
const apart = { antiAffinityGroup: 'app=db' }
const together = { affinityGroup: 'app=db' }
const updated = (previous: Binding, object: Binding): Change<Binding> => ({ type: 'updated', previous, object })

describe('waitingIndex', () => {
  it('has the reason why a binding is nowhere', () => {
    const binding = a.binding({ spec: { placement: {} } })
    expect(waitingIndex(binding)).toEqual([])
    expect(waitingIndex(placeBinding(binding, { clusters: [], now }).binding)).toEqual(['NoClusterFit'])
  })
})

it('priorityOf is that of the policy, or 0', () => {
  expect([
    priorityOf(a.binding({ spec: { schedulePriority: { priority: 7 } } })),
    priorityOf(a.binding()),
    priorityOf(undefined),
  ]).toEqual([7, 0, 0])
})

describe('roomSettlesMs', () => {
  it.each([
    { name: 'few of them: a second', waiting: 10, clusters: 100, want: 1_000 },
    { name: 'a thousand in a thousand clusters: a tenth of the time', waiting: 1_000, clusters: 1_000, want: 20_000 },
  ])('$name', ({ waiting, clusters, want }) => expect(roomSettlesMs(waiting, clusters)).toBe(want))
})

describe('movesItsGroup', () => {
  it.each<{ name: string; change: Change<Binding>; want: boolean }>([
    { name: 'it is new', change: { type: 'added', object: inGroup(apart), initial: false }, want: false },
    { name: 'it is gone', change: { type: 'deleted', object: inGroup(apart) }, want: true },
    { name: 'it is gone and was in no group', change: { type: 'deleted', object: inGroup(undefined) }, want: false },
    { name: 'it goes elsewhere', change: updated(inGroup(apart, ['m1']), inGroup(apart, ['m2'])), want: true },
    { name: 'it stays', change: updated(inGroup(apart, ['m1']), inGroup(apart, ['m1'])), want: false },
    { name: 'it leaves the group', change: updated(inGroup(apart, ['m1']), inGroup(undefined, ['m1'])), want: true },
    {
      name: 'it goes elsewhere, in no group',
      change: updated(inGroup(undefined, ['m1']), inGroup(undefined)),
      want: false,
    },
  ])('$name: $want', ({ change, want }) => expect(movesItsGroup(change)).toBe(want))
})

describe('sharesGroup', () => {
  const leaves = updated(inGroup(apart), inGroup(undefined))
  it.each([
    { name: 'that it leaves', binding: inGroup(apart), want: true },
    { name: 'of another namespace', binding: inGroup(apart, [], 'other'), want: false },
    { name: 'of the other sort', binding: inGroup(together), want: false },
    { name: 'none', binding: inGroup({}), want: false },
  ])('$name: $want', ({ binding, want }) => expect(sharesGroup(binding, leaves)).toBe(want))
})
