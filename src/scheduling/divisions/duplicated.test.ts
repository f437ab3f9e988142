import { describe, expect, it } from '@jest/globals'
import { aTask, divided } from '../../testing/division-task.ts'
import { duplicated } from './duplicated.ts'

describe('Duplicated (scheduling.md §8.2)', () => {
  it.each([
    {
      name: 'room does not matter',
      task: aTask({ replicas: 3, free: { a: 0, b: 9 } }),
      want: '3 replicas each: a:3 b:3',
    },
    {
      name: 'what was before does not matter',
      task: aTask({ replicas: 3, free: { a: 1 }, previous: { a: 7 } }),
      want: '3 replicas each: a:3',
    },
    { name: 'none', task: aTask({ replicas: 0, free: { a: 1 } }), want: '0 replicas each: ' },
  ])('$name', ({ task, want }) => expect(divided(duplicated, task)).toBe(want))
})
