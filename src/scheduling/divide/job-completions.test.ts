import { expect, it } from '@jest/globals'
import { divideCompletions } from './job-completions.ts'

it('divides completions by replicas (propagation.md §8 item 4c)', () => {
  const targets = [
    { name: 'a', replicas: 1 },
    { name: 'b', replicas: 2 },
  ]
  expect([...divideCompletions({ completions: 10 }, targets)]).toEqual([
    ['a', 3],
    ['b', 7],
  ])
})
