import { describe, expect, it } from '@jest/globals'
import { deepEqual } from './deep-equal.ts'

const parsed = (text: string): unknown => JSON.parse(text)

describe('two values', () => {
  it.each<[string, unknown, unknown]>([
    ['scalars', 1, 1],
    ['no number', Number.NaN, Number.NaN],
    ['records, whatever the order', { a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }],
    ['long integers', { n: JSON.rawJSON('12345678901234567890') }, { n: JSON.rawJSON('12345678901234567890') }],
    ['fields called constructor', parsed('{"constructor":{"a":[1]}}'), parsed('{"constructor":{"a":[1]}}')],
    ['fields called __proto__', parsed('{"__proto__":{"a":1}}'), parsed('{"__proto__":{"a":1}}')],
    ['fields called as methods are', parsed('{"valueOf":{},"toString":"a"}'), parsed('{"valueOf":{},"toString":"a"}')],
    ['maps', new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
  ])('are equal: %s', (_, a, b) => expect(deepEqual(a, b)).toBe(true))

  it.each<[string, unknown, unknown]>([
    ['scalars', 1, 2],
    ['a number and its text', 1, '1'],
    ['null and a record', null, {}],
    ['a list and a record', [], {}],
    ['a record and a list', {}, []],
    ['the order of a list', [1, 2], [2, 1]],
    ['a longer list', [1], [1, 2]],
    ['another field', { a: 1 }, { b: 1 }],
    ['a field more', { a: 1 }, { a: 1, b: 2 }],
    ['a field that is only inherited', parsed('{"toString":1}'), { a: 1 }],
    ['absent and undefined', { a: undefined }, { b: undefined }],
    ['long integers', { n: JSON.rawJSON('12345678901234567890') }, { n: JSON.rawJSON('12345678901234567891') }],
    ['fields called constructor', parsed('{"constructor":{"a":[1]}}'), parsed('{"constructor":{"a":[2]}}')],
    ['fields called __proto__', parsed('{"__proto__":{"a":1}}'), parsed('{"__proto__":{"a":2}}')],
    ['a field called __proto__, and none', parsed('{"__proto__":{"a":1}}'), {}],
    ['maps', new Map([['a', { b: 1 }]]), new Map([['a', { b: 2 }]])],
  ])('are not: %s', (_, a, b) => expect(deepEqual(a, b)).toBe(false))
})
