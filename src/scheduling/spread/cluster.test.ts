import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { aRanked } from '../../testing/ranked-cluster.ts'
import type { RankedCluster } from '../rank.ts'
import { IGNORE_CAPACITY, selectByCluster } from './cluster.ts'

const ranked = (...rooms: readonly number[]): RankedCluster[] =>
  rooms.map((available, index) => aRanked(`m${index + 1}`, { available }))

function select(rooms: readonly number[], groups: { min?: number; max?: number }, needed: number): string {
  const constraint = { minGroups: groups.min ?? 1, maxGroups: groups.max ?? 0 }
  const result = selectByCluster(ranked(...rooms), constraint, needed)
  return 'type' in result ? `${result.reason}: ${result.message}` : result.map(({ name }) => name).join(' ')
}

describe('selectByCluster (scheduling.md §7.1)', () => {
  it.each([
    {
      name: 'too few clusters',
      rooms: [9],
      groups: { min: 2, max: 3 },
      needed: 1,
      want: 'SchedulerError: the number of feasible clusters is less than spreadConstraint.MinGroups',
    },
    {
      name: 'the first ones when room is not asked for',
      rooms: [0, 0, 9],
      groups: { max: 2 },
      needed: IGNORE_CAPACITY,
      want: 'm1 m2',
    },
    {
      name: 'all of them when there are fewer than allowed',
      rooms: [0, 0],
      groups: { max: 5 },
      needed: IGNORE_CAPACITY,
      want: 'm1 m2',
    },
    {
      name: 'the first ones when they have the room',
      rooms: [40, 60, 99],
      groups: { max: 2 },
      needed: 100,
      want: 'm1 m2',
    },
    {
      name: 'the last place goes to a roomier one',
      rooms: [40, 30, 60],
      groups: { max: 2 },
      needed: 80,
      want: 'm1 m3',
    },
    {
      name: 'the last place goes to the roomiest',
      rooms: [40, 30, 60, 50],
      groups: { max: 2 },
      needed: 80,
      want: 'm1 m3',
    },
    { name: 'then the place before', rooms: [40, 30, 60, 50], groups: { max: 2 }, needed: 110, want: 'm4 m3' },
    { name: 'no exchange for equal room', rooms: [10, 10, 10], groups: { max: 2 }, needed: 20, want: 'm1 m2' },
    {
      name: 'an exchanged cluster may take an earlier place',
      rooms: [1, 5, 9],
      groups: { max: 2 },
      needed: 14,
      want: 'm2 m3',
    },
    {
      name: 'not enough room anywhere',
      rooms: [10, 20, 30],
      groups: { max: 2 },
      needed: 51,
      want: 'SchedulerError: no enough resource when selecting 2 clusters',
    },
    {
      name: 'no maxGroups is no limit',
      rooms: [3, 2, 1],
      groups: {},
      needed: 6,
      want: 'm1 m2 m3',
    },
  ])('$name', ({ rooms, groups, needed, want }) => expect(select(rooms, groups, needed)).toBe(want))

  it('finds room whenever the roomiest clusters have it, and never takes more than allowed', () => {
    const rooms = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(rooms, fc.integer({ min: 1, max: 5 }), fc.nat(60), (available, max, needed) => {
        const most = [...available].sort((a, b) => b - a).slice(0, max)
        const possible = most.reduce((sum, room) => sum + room, 0) >= needed
        const result = selectByCluster(ranked(...available), { minGroups: 1, maxGroups: max }, needed)
        expect('type' in result).toBe(!possible)
        if (!('type' in result)) expect(result.length).toBeLessThanOrEqual(max)
      }),
    )
  })
})
