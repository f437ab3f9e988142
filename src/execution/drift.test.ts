import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { formatDrift, listDrift } from './drift.ts'

const object = (rest: object, kind = 'Thing'): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x' },
  ...rest,
})

// design.md, rules of writing 4
describe('listDrift', () => {
  it.each<{
    name: string
    desired: KubeObject
    observed: KubeObject
    want: readonly object[]
  }>([
    {
      name: 'every changed field, and what was added',
      desired: object({ data: { a: '1', b: '1', c: '1' } }),
      observed: {
        ...object({ data: { a: '2', b: '1', c: '3', d: 'new' } }),
        flotillaForeignFields: [{ path: '/data/d', manager: 'm', keys: ['f:data', 'f:d'] }],
      },
      want: [
        { path: '/data/a', wanted: '"1"', found: '"2"' },
        { path: '/data/c', wanted: '"1"', found: '"3"' },
        { path: '/data/d', found: '"new"' },
      ],
    },
    {
      name: 'a field that is gone',
      desired: object({ data: { a: '1' } }),
      observed: object({ data: {} }),
      want: [{ path: '/data/a', wanted: '"1"' }],
    },
    {
      name: 'no value of a Secret',
      desired: object({ data: { a: 'c2VjcmV0' }, type: 'Opaque' }, 'Secret'),
      observed: object({ data: { a: 'b3RoZXI=' }, type: 'other' }, 'Secret'),
      want: [
        { path: '/data/a', wanted: '(hidden)', found: '(hidden)' },
        { path: '/type', wanted: '"Opaque"', found: '"other"' },
      ],
    },
    {
      name: 'nothing of metadata',
      desired: object({}),
      observed: { ...object({}), metadata: { name: 'y' } },
      want: [],
    },
    {
      name: 'a container by its name, others in between',
      desired: object({ spec: { containers: [{ name: 'a', image: '1' }] } }),
      observed: object({ spec: { containers: [{ name: 'a', image: '2' }] } }),
      want: [{ path: '/spec/containers/0/image', wanted: '"1"', found: '"2"' }],
    },
  ])('$name', ({ desired, observed, want }) => expect(listDrift(desired, observed)).toEqual(want))

  it('is bounded in fields and in their length', () => {
    const many = (value: string) =>
      Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, value.repeat(500)]))
    const fields = listDrift(object({ data: many('a') }), object({ data: many('b') }))
    expect(fields).toHaveLength(10)
    expect(fields[0]?.found).toHaveLength(120)
  })
})

it('formatDrift is one line', () => {
  const fields = [
    { path: '/data/a', wanted: '"1"', found: '"2"' },
    { path: '/data/b', wanted: '"1"' },
    { path: '/data/c', found: '"3"' },
  ]
  expect(formatDrift(fields)).toBe(
    '/data/a: wanted "1", found "2"; /data/b: wanted "1", found nothing; /data/c: added "3"',
  )
})
