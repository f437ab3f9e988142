import { describe, expect, it } from '@jest/globals'
import { canonicalJson, digestOf } from './digest.ts'

describe('canonicalJson', () => {
  it.each([
    { name: 'sorts members at every depth', value: { b: { d: 1, c: 2 }, a: 0 }, want: '{"a":0,"b":{"c":2,"d":1}}' },
    { name: 'keeps the order of lists', value: [2, 1], want: '[2,1]' },
    { name: 'leaves out undefined members', value: { a: undefined, b: 1 }, want: '{"b":1}' },
    { name: 'writes undefined elements as null', value: [undefined], want: '[null]' },
    { name: 'keeps null members', value: { a: null }, want: '{"a":null}' },
    {
      name: 'keeps numbers beyond a double verbatim',
      value: { n: JSON.rawJSON('12345678901234567890') },
      want: '{"n":12345678901234567890}',
    },
    { name: 'escapes names and text', value: { 'a"b': 'é\n' }, want: '{"a\\"b":"é\\n"}' },
    {
      name: 'takes a member named __proto__',
      value: JSON.parse('{"__proto__":{"x":1}}'),
      want: '{"__proto__":{"x":1}}',
    },
  ])('$name', ({ value, want }) => expect(canonicalJson(value)).toBe(want))
})

describe('digestOf', () => {
  it('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: [1, { c: 2, d: 3 }] })).toBe(digestOf({ b: [1, { d: 3, c: 2 }], a: 1 }))
  })
  it('tells a removed member', () => expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: 1, b: null })))
  it('tells text from a number', () => expect(digestOf({ a: '1' })).not.toBe(digestOf({ a: 1 })))
  it('stays the same from release to release: it is stored on objects', () => {
    expect(digestOf({})).toBe('RBNvo1WzZ4oRRq0W9-hknp')
  })
})
