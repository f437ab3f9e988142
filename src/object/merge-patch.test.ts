import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mergePatch, patched } from './merge-patch.ts'

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

it.each(['constructor', 'toString', '__proto__'])('notices a member called %s that comes, changes and goes', name => {
  const having = (value: unknown) => Object.fromEntries([[name, value]])
  expect(Object.entries(mergePatch({}, having('a')) ?? {})).toEqual([[name, 'a']])
  expect(Object.entries(mergePatch(having('a'), having('b')) ?? {})).toEqual([[name, 'b']])
  expect(Object.entries(mergePatch(having('a'), {}) ?? {})).toEqual([[name, null]])
  expect(Object.entries(mergePatch({}, having({ x: 1 })) ?? {})).toEqual([[name, { x: 1 }]])
})

describe('an object after a patch', () => {
  /** Objects without null, which a patch cannot set. */
  const { jsonObject } = fc.letrec<{ jsonObject: Record<string, unknown>; value: unknown }>(tie => ({
    jsonObject: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { noNullPrototype: true }),
    value: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.array(fc.integer()), tie('jsonObject')),
  }))

  it.each([
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: 1 }, { a: 2 }, { a: 2 }],
    [{ a: 1, b: 2 }, { a: null }, { b: 2 }],
    [{ a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } }, { a: { c: 2, d: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 'text' }, { a: { b: { c: 1, d: null } } }, { a: { b: { c: 1 } } }],
    [{ a: {} }, {}, { a: {} }],
  ])('%j after %j is %j', (object, patch, wanted) => expect(patched(object, patch)).toEqual(wanted))

  it('has fields that mean something to JavaScript as plain fields', () => {
    const changed = patched({ a: 1 }, JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"b": 1}}'))
    expect(Object.keys(changed)).toEqual(['a', '__proto__', 'constructor'])
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype)
  })

  it('is what the patch was made for', () =>
    fc.assert(
      fc.property(jsonObject, jsonObject, (from, to) => {
        expect(patched(from, mergePatch(from, to) ?? {})).toEqual(to)
      }),
    ))
})
