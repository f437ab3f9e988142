import { describe, expect, it } from '@jest/globals'
import { freezeDeep, newStringPool } from './freeze.ts'
import { shareParts } from './share-parts.ts'

const frozen = <T>(value: T): T => freezeDeep(value, newStringPool())

describe('shareParts', () => {
  it('takes equal subtrees from the known object, and leaves the others', () => {
    const known = frozen({ metadata: { name: 'a', labels: { app: 'web' } }, spec: { list: [{ x: 1 }, { y: 2 }] } })
    const object = { metadata: { name: 'b', labels: { app: 'web' } }, spec: { list: [{ x: 1 }, { y: 3 }] } }
    shareParts(object, known)
    expect(object).toEqual({ metadata: { name: 'b', labels: { app: 'web' } }, spec: { list: [{ x: 1 }, { y: 3 }] } })
    expect(object.metadata.labels).toBe(known.metadata.labels)
    expect(object.spec.list[0]).toBe(known.spec.list[0])
    expect(object.spec.list[1]).not.toBe(known.spec.list[1])
  })

  it.each<{ readonly name: string; readonly object: object; readonly known: object }>([
    { name: 'a field more', object: { a: { x: 1, y: 2 } }, known: { a: { x: 1 } } },
    { name: 'a field less', object: { a: { x: 1 } }, known: { a: { x: 1, y: 2 } } },
    { name: 'an element more', object: { a: [1, 2] }, known: { a: [1] } },
    { name: 'an element less', object: { a: [1] }, known: { a: [1, 2] } },
    { name: 'a list for a map', object: { a: [] }, known: { a: {} } },
    { name: 'a map for a list', object: { a: {} }, known: { a: [] } },
    { name: 'null for a map', object: { a: null }, known: { a: {} } },
    { name: 'a text for a number', object: { a: '1' }, known: { a: 1 } },
    { name: 'an inherited field of the known object', object: { toString: 'x' }, known: {} },
  ])('changes nothing that differs: $name', ({ object, known }) => {
    const before = structuredClone(object)
    shareParts(object, frozen(known))
    expect(object).toEqual(before)
  })

  it('takes no Map for another one, whose content is in no field', () => {
    const object = { free: new Map([['cpu', 2]]) }
    shareParts(object, Object.freeze({ free: new Map() }))
    expect(object.free.get('cpu')).toBe(2)
  })

  it('takes fields in another order for the same', () => {
    const known = frozen({ a: { x: 1, y: 2 } })
    const object = { a: { y: 2, x: 1 } }
    shareParts(object, known)
    expect(object.a).toBe(known.a)
  })

  it('leaves what is frozen', () => {
    const object = frozen({ a: { x: { y: 1 } } })
    const { a } = object
    shareParts(object, frozen({ a: { x: { y: 1 } } }))
    expect(object.a).toBe(a)
  })

  it('takes a key named __proto__ for what it is: a key', () => {
    const known = frozen(JSON.parse('{"a": {"__proto__": {"x": 1}}}'))
    const object = JSON.parse('{"a": {"__proto__": {"x": 1}, "b": 1}}')
    shareParts(object, known)
    expect(JSON.stringify(object)).toBe('{"a":{"__proto__":{"x":1},"b":1}}')
    expect(Object.getPrototypeOf(object.a)).toBe(Object.prototype)
  })

  it('keeps integers beyond 2^53 digit by digit', () => {
    const digits = '12345678901234567890'
    const known = frozen({ a: { n: JSON.rawJSON(digits) } })
    const object = { a: { n: JSON.rawJSON(digits), m: 1 } }
    shareParts(object, known)
    expect(JSON.stringify(object)).toBe(`{"a":{"n":${digits},"m":1}}`)
  })
})
