import { describe, expect, it } from '@jest/globals'
import { mergePatch } from './merge-patch.ts'

describe('mergePatch', () => {
  it.each([
    { name: 'equal objects need no patch', from: { a: { b: [1] } }, to: { a: { b: [1] } }, want: undefined },
    { name: 'a changed member travels alone', from: { a: 1, b: 2 }, to: { a: 1, b: 3 }, want: { b: 3 } },
    {
      name: 'a removed member becomes null',
      from: { a: { x: 1, y: 2 } },
      to: { a: { x: 1 } },
      want: { a: { y: null } },
    },
    { name: 'lists are replaced whole', from: { a: [1, 2] }, to: { a: [1] }, want: { a: [1] } },
    { name: 'a scalar gives way to an object', from: { a: 1 }, to: { a: { b: 1 } }, want: { a: { b: 1 } } },
    { name: 'an undefined member counts as absent', from: {}, to: { a: undefined }, want: undefined },
  ])('$name', ({ from, to, want }) => expect(mergePatch(from, to)).toEqual(want))

  it('keeps a __proto__ key an own key', () => {
    const patch = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'))
    expect(JSON.stringify(patch)).toBe('{"__proto__":{"polluted":true}}')
  })
})
