import { describe, expect, it } from '@jest/globals'
import { aRanked } from '../../testing/ranked-cluster.ts'
import { type GroupDemand, scoreGroup } from './group-score.ts'

const demand = (fields: Partial<GroupDemand>): GroupDemand => ({
  replicas: 10,
  duplicated: false,
  minGroups: 1,
  minClusters: 1,
  ...fields,
})
const clusters = (...rooms: readonly (readonly [room: number, score: number])[]) =>
  rooms.map(([available, score], index) => aRanked(`m${index}`, { available, score }))

describe('scoreGroup (scheduling.md §7.2 "Region score")', () => {
  it.each<{ name: string; rooms: readonly (readonly [number, number])[]; demand: Partial<GroupDemand>; want: number }>([
    { name: 'Duplicated: nobody takes all replicas', rooms: [[9, 100]], demand: { duplicated: true }, want: 0 },
    {
      name: 'Duplicated: those that take them, and their mean score rounded down',
      rooms: [
        [10, 100],
        [12, 0],
        [11, 1],
        [9, 100],
      ],
      demand: { duplicated: true },
      want: 3033,
    },
    {
      name: 'Divided: enough room counts as the share, with the score of those that are counted',
      rooms: [
        [6, 100],
        [6, 0],
        [50, 100],
      ],
      demand: {},
      want: 10050,
    },
    {
      name: 'Divided: the share of one of three groups is rounded up',
      rooms: [[4, 0]],
      demand: { minGroups: 3 },
      want: 4000,
    },
    {
      name: 'Divided: too little room counts as it is, with the score of all',
      rooms: [
        [3, 100],
        [4, 0],
      ],
      demand: {},
      want: 7050,
    },
    {
      name: 'Divided: as many clusters are counted as may be needed',
      rooms: [
        [10, 0],
        [10, 100],
        [10, 100],
      ],
      demand: { minClusters: 2 },
      want: 10050,
    },
    {
      name: 'Divided: fewer clusters than may be needed are all counted',
      rooms: [[10, 100]],
      demand: { minClusters: 5 },
      want: 10100,
    },
    { name: 'no replicas at all', rooms: [[0, 100]], demand: { replicas: 0 }, want: 100 },
  ])('$name', ({ rooms, demand: fields, want }) => expect(scoreGroup(clusters(...rooms), demand(fields))).toBe(want))
})
