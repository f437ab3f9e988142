import { describe, expect, it } from '@jest/globals'
import { aTask, divided } from '../../testing/division-task.ts'
import { dynamicWeight } from './dynamic-weight.ts'

describe('DynamicWeight (scheduling.md §8.3)', () => {
  it.each([
    {
      name: 'the first time',
      task: aTask({ replicas: 12, free: { a: 6, b: 12, c: 18 } }),
      want: '12 replicas by available replicas (Webster): a:2 b:4 c:6',
    },
    {
      name: 'scaled up: those that run stay',
      task: aTask({ replicas: 12, free: { a: 6, b: 12 }, previous: { a: 6 } }),
      want: '6 more replicas by available replicas (Webster), 6 stay: a:8 b:4',
    },
    {
      name: 'scaled down: in proportion',
      task: aTask({ replicas: 6, free: { a: 0, b: 99 }, previous: { a: 8, b: 4 } }),
      want: '6 replicas, fewer than before, by those that are placed (Webster): a:4 b:2',
    },
    {
      name: 'as many as before',
      task: aTask({ replicas: 6, free: { a: 0, b: 99 }, previous: { a: 6 } }),
      want: '6 replicas as before: a:6',
    },
    {
      name: 'afresh: what was before counts as room only',
      task: aTask({ replicas: 6, free: { a: 0, b: 6 }, previous: { a: 6 }, fresh: true }),
      want: '6 replicas anew by available replicas (Webster): a:3 b:3',
    },
    { name: 'too little room', task: aTask({ replicas: 6, free: { a: 2, b: 3 } }), want: 'short: 5' },
  ])('$name', ({ task, want }) => expect(divided(dynamicWeight, task)).toBe(want))
})
