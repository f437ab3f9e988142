import { describe, expect, it } from '@jest/globals'
import { SECRET } from '../api/kinds.ts'
import { asKubeObject, asListedObject } from './decode-object.ts'

const object = (metadata: unknown): unknown => ({ apiVersion: 'v1', kind: 'Secret', metadata })

describe('asKubeObject', () => {
  it.each([
    { name: 'null', value: null, want: /no object/ },
    { name: 'a list', value: [], want: /no object/ },
    { name: 'no kind', value: { apiVersion: 'v1', metadata: { name: 'a' } }, want: /no apiVersion and kind/ },
    { name: 'no metadata', value: object(undefined), want: /no metadata/ },
    { name: 'metadata that is a list', value: object([]), want: /no metadata/ },
    { name: 'no name', value: object({}), want: /without a name/ },
    { name: 'a number as namespace', value: object({ name: 'a', namespace: 1 }), want: /metadata.namespace/ },
    { name: 'a number as resourceVersion', value: object({ name: 'a', resourceVersion: 1 }), want: /resourceVersion/ },
    { name: 'a text as generation', value: object({ name: 'a', generation: '1' }), want: /generation/ },
    { name: 'labels that are a list', value: object({ name: 'a', labels: ['x'] }), want: /metadata.labels/ },
    {
      name: 'an annotation that is an object',
      value: object({ name: 'a', annotations: { x: {} } }),
      want: /annotations/,
    },
    { name: 'finalizers that are a text', value: object({ name: 'a', finalizers: 'x' }), want: /finalizers/ },
    {
      name: 'an owner without a uid',
      value: object({ name: 'a', ownerReferences: [{ kind: 'x' }] }),
      want: /ownerRef/,
    },
    { name: 'managedFields with null', value: object({ name: 'a', managedFields: [null] }), want: /managedFields/ },
  ])('refuses $name', ({ value, want }) => expect(asKubeObject(value)).toMatch(want))

  it('takes a well-formed object as it is', () => {
    const value = object({ name: 'a', labels: { x: 'y' }, finalizers: ['f'], generation: 2 })
    expect(asKubeObject(value)).toBe(value)
  })
})

describe('asListedObject', () => {
  it('adds the apiVersion and kind that lists leave out', () => {
    const listed = asListedObject({ metadata: { name: 'a' } }, SECRET)
    expect(listed).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } })
  })

  it('keeps a __proto__ key as a field and takes no prototype from it', () => {
    const listed = asListedObject(JSON.parse('{"metadata":{"name":"a"},"__proto__":{"polluted":1}}'), SECRET)
    expect(Object.keys(listed)).toContain('__proto__')
    expect(Object.getPrototypeOf(listed)).toBe(Object.prototype)
  })
})
