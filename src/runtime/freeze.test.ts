import { describe, expect, it } from '@jest/globals'
import { freezeDeep, newStringPool } from './freeze.ts'

describe('freezeDeep', () => {
  it('freezes everything below', () => {
    const value = freezeDeep({ a: [{ b: { c: 'd' } }], n: null }, newStringPool())
    expect(() => Reflect.set(value, 'a', 1)).not.toThrow()
    expect(Object.isFrozen(value) && Object.isFrozen(value.a) && Object.isFrozen(value.a[0]?.b)).toBe(true)
    expect(value).toEqual({ a: [{ b: { c: 'd' } }], n: null })
  })

  it('keeps a key named __proto__ as what it is: a key', () => {
    const value: object = freezeDeep(JSON.parse('{"__proto__": {"polluted": "yes"}, "s": "t"}'), newStringPool())
    expect(Object.keys(value)).toEqual(['__proto__', 's'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.hasOwn({}, 'polluted')).toBe(false)
  })

  it('keeps a string value under a key named __proto__', () => {
    const value: object = freezeDeep(JSON.parse('{"__proto__": "text"}'), newStringPool())
    expect(Object.entries(value)).toEqual([['__proto__', 'text']])
  })
})
