import { describe, expect, it } from '@jest/globals'
import { deepEqual, findDifference, isSubset } from './equality.ts'

describe('deepEqual', () => {
  it('compares numbers kept as raw JSON by their text', () => {
    expect(deepEqual({ n: JSON.rawJSON('12345678901234567890') }, { n: JSON.rawJSON('12345678901234567890') })).toBe(
      true,
    )
    expect(deepEqual({ n: JSON.rawJSON('12345678901234567890') }, { n: JSON.rawJSON('12345678901234567891') })).toBe(
      false,
    )
  })
})

describe('findDifference', () => {
  it.each<{ name: string; declared: unknown; observed: unknown; want: string | undefined }>([
    { name: 'maps may hold more', declared: { a: 1 }, observed: { a: 1, b: 2 }, want: undefined },
    { name: 'names the changed field', declared: { a: { b: 1 } }, observed: { a: { b: 2 } }, want: '/a/b' },
    { name: 'names the missing field', declared: { a: { b: 1 } }, observed: { a: {} }, want: '/a/b' },
    {
      name: 'escapes names in the pointer',
      declared: { 'a/b': { '~': 1 } },
      observed: { 'a/b': {} },
      want: '/a~1b/~0',
    },
    { name: 'lists must be of equal length', declared: { l: [1] }, observed: { l: [1, 2] }, want: '/l' },
    { name: 'elements may hold more', declared: [{ a: 1 }], observed: [{ a: 1, b: 2 }], want: undefined },
    { name: 'elements are compared by position', declared: ['a', 'b'], observed: ['b', 'a'], want: '/0' },
    { name: 'a list is no map', declared: { a: [] }, observed: { a: { b: 1 } }, want: '/a' },
    { name: 'text is not a number', declared: { port: '80' }, observed: { port: 80 }, want: '/port' },
    { name: 'null equals absent', declared: { a: null }, observed: {}, want: undefined },
    { name: 'null does not equal a value', declared: { a: null }, observed: { a: 1 }, want: '/a' },
    {
      name: 'an empty map equals absent, nested too',
      declared: { a: { b: {}, c: [] } },
      observed: {},
      want: undefined,
    },
    { name: 'absent equals zero values', declared: { a: false, b: 0, c: '' }, observed: {}, want: undefined },
    { name: 'true does not equal absent', declared: { a: true }, observed: {}, want: '/a' },
    {
      name: 'an empty label does not equal none',
      declared: { metadata: { labels: { a: '' } } },
      observed: { metadata: {} },
      want: '/metadata/labels',
    },
    {
      name: 'a label whose value is empty is missed when it is gone',
      declared: { metadata: { labels: { a: '' } } },
      observed: { metadata: { labels: { b: '' } } },
      want: '/metadata/labels/a',
    },
    {
      name: 'quantities in another notation are equal',
      declared: { resources: { requests: { cpu: '1000m', memory: '1024Mi' }, limits: { cpu: 1 } } },
      observed: { resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1' } } },
      want: undefined,
    },
    {
      name: 'other quantities are not',
      declared: { resources: { requests: { cpu: '1' } } },
      observed: { resources: { requests: { cpu: '2' } } },
      want: '/resources/requests/cpu',
    },
    {
      name: 'the data of a ConfigMap is no quantity',
      declared: { data: { replicas: '1000m' } },
      observed: { data: { replicas: '1' } },
      want: '/data/replicas',
    },
    {
      name: 'a ConfigMap key named like a quantity map is still text',
      declared: { data: { limits: '1' } },
      observed: { data: { limits: '1.0' } },
      want: '/data/limits',
    },
    {
      name: 'an environment value is no quantity',
      declared: { env: [{ name: 'A', value: '1' }] },
      observed: { env: [{ name: 'A', value: '1.0' }] },
      want: '/env/0/value',
    },
    {
      name: 'a metric target is a quantity',
      declared: { target: { value: '1000m' } },
      observed: { target: { value: '1' } },
      want: undefined,
    },
    {
      name: 'a member named __proto__ is compared, not looked up',
      declared: JSON.parse('{"data":{"__proto__":"x"}}'),
      observed: { data: {} },
      want: '/data/__proto__',
    },
    {
      name: 'a member of Object.prototype is not observed',
      declared: { toString: 'x' },
      observed: {},
      want: '/toString',
    },
  ])('$name', ({ declared, observed, want }) => expect(findDifference(declared, observed)).toBe(want))
})

describe('isSubset', () => {
  it('holds when there is no difference', () => expect(isSubset({ a: [1] }, { a: [1], b: 2 })).toBe(true))
  it('fails when there is one', () => expect(isSubset({ a: [1] }, { b: 2 })).toBe(false))
})
