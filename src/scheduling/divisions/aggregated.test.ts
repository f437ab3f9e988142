import { describe, expect, it } from '@jest/globals'
import { aTask, divided } from '../../testing/division-task.ts'
import { aggregated } from './aggregated.ts'

describe('Aggregated (scheduling.md §8.3)', () => {
  it.each([
    {
      name: 'one cluster, where one is enough: the roomiest',
      task: aTask({ replicas: 6, free: { a: 7, b: 9, c: 8 } }),
      want: '6 replicas over the fewest clusters, by available replicas (Webster): b:6',
    },
    {
      name: 'two, where one is not enough',
      task: aTask({ replicas: 12, free: { a: 6, b: 12, c: 6 } }),
      want: '12 replicas over the fewest clusters, by available replicas (Webster): b:12',
    },
    {
      name: 'scaled up: first where some run already',
      task: aTask({ replicas: 8, free: { a: 3, b: 90 }, previous: { a: 5 } }),
      want: '3 more replicas over the fewest clusters, by available replicas (Webster), 5 stay: a:8',
    },
    {
      name: 'scaled down: the smallest are given up',
      task: aTask({ replicas: 5, free: { a: 0, b: 0, c: 0 }, previous: { a: 5, b: 2, c: 1 } }),
      want: '5 replicas, fewer than before, over the fewest clusters, by those that are placed (Webster): a:5',
    },
    {
      name: 'afresh: where some run already, as far as they fit',
      task: aTask({ replicas: 6, free: { a: 3, b: 99 }, previous: { a: 3 }, fresh: true }),
      want: '6 replicas anew over the fewest clusters, by available replicas (Webster): a:6',
    },
    { name: 'too little room', task: aTask({ replicas: 6, free: { a: 2, b: 3 } }), want: 'short: 5' },
  ])('$name', ({ task, want }) => expect(divided(aggregated, task)).toBe(want))
})
