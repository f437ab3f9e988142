import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newHeap } from './heap.ts'

describe('newHeap', () => {
  it('is empty at first', () => expect(newHeap<number>([], (a, b) => a < b).top).toBeUndefined())

  it('gives the elements in order when each top is replaced by what comes last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), numbers => {
        const heap = newHeap(numbers, (a, b) => a < b)
        const taken = numbers.map(() => {
          const { top } = heap
          heap.replaceTop(Number.POSITIVE_INFINITY)
          return top
        })
        expect(taken).toEqual([...numbers].sort((a, b) => a - b))
      }),
    )
  })
})
