import { describe, expect, it } from '@jest/globals'
import {
  definedFields,
  listAt,
  numberAt,
  objectAt,
  omitFields,
  stringAt,
  stringsAt,
  valueAt,
  withoutValueAt,
  withValueAt,
} from './field.ts'
import type { KubeObject } from './kube-object.ts'

const configMap: KubeObject = JSON.parse(
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"x":"1"}},"data":{"__proto__":"kept","b":"2"},"list":[1]}',
)

describe('reading a field', () => {
  it('gives the value at a path', () => expect(valueAt(configMap, 'metadata', 'labels', 'x')).toBe('1'))
  it('gives nothing where the path ends early', () =>
    expect(valueAt(configMap, 'metadata', 'name', 'x')).toBeUndefined())
  it('sees own fields only', () => expect(valueAt(configMap, 'metadata', 'labels', 'constructor')).toBeUndefined())
  it('gives a field called __proto__', () => expect(valueAt(configMap, 'data', '__proto__')).toBe('kept'))
  it('gives undefined for a value of another type', () => {
    expect(objectAt(configMap, 'list')).toBeUndefined()
    expect(listAt(configMap, 'data')).toEqual([])
    expect(stringAt(configMap, 'list')).toBeUndefined()
    expect(numberAt(configMap, 'kind')).toBeUndefined()
    expect(stringsAt({ a: 'x', b: 1 })).toEqual({ a: 'x' })
  })
})

describe('changing a field', () => {
  it('sets a value and makes the objects on the way', () => {
    const changed = withValueAt(configMap, ['spec', 'template', 'replicas'], 3)
    expect(changed['spec']).toEqual({ template: { replicas: 3 } })
    expect(changed['data']).toBe(configMap['data'])
    expect(configMap['spec']).toBeUndefined()
  })
  it('keeps a __proto__ key beside what it sets', () => {
    const changed = withValueAt(configMap, ['data', 'c'], '3')
    expect(JSON.stringify(changed['data'])).toBe('{"__proto__":"kept","b":"2","c":"3"}')
  })
  it('removes a field and keeps a __proto__ key beside it', () => {
    const changed = withoutValueAt(configMap, ['data', 'b'])
    expect(JSON.stringify(changed['data'])).toBe('{"__proto__":"kept"}')
  })
  it('gives the same object when there is nothing to remove', () => {
    expect(withoutValueAt(configMap, ['data', 'zzz'])).toBe(configMap)
    expect(withoutValueAt(configMap, ['spec', 'a', 'b'])).toBe(configMap)
    const labels = { a: '1' }
    expect(omitFields(labels, ['b'])).toBe(labels)
  })
  it('drops undefined members', () => expect(Object.keys(definedFields({ a: undefined, b: 0 }))).toEqual(['b']))
})
