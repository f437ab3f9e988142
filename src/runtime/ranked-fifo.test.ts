import { expect, it } from '@jest/globals'
import { RankedFifo } from './ranked-fifo.ts'

it('gives the highest rank first, and the first of equals', () => {
  const queue = new RankedFifo<string>()
  for (const [entry, rank] of [
    ['a', 0],
    ['b', 10],
    ['c', -5],
    ['d', 10],
    ['e', 0],
  ] as const) {
    queue.push(entry, rank)
  }
  expect([queue.shift(), queue.shift()]).toEqual(['b', 'd'])
  queue.push('f', 10)
  expect([queue.shift(), queue.shift(), queue.shift(), queue.shift(), queue.shift()]).toEqual([
    'f',
    'a',
    'e',
    'c',
    undefined,
  ])
})
