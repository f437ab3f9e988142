import { describe, expect, it } from '@jest/globals'
import type { ManagedObject } from '../members/project-managed-object.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { deviations } from './deviations.ts'

const object = (rest: object): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, ...rest })
const held = (rest: object, ...others: readonly string[]): ManagedObject => ({
  ...object(rest),
  flotillaHolds: true,
  ...(others.length > 0 && {
    flotillaForeignFields: others.map(path => ({ path, manager: 'somebody', keys: [path] })),
  }),
})
const containers = (...entries: readonly object[]) => ({ spec: { containers: entries } })
const pathsOf = (desired: object, observed: ManagedObject) =>
  deviations(object(desired), observed).map(({ path }) => path)

// design.md, rules of writing 2, 4
describe('what somebody did to a declared field', () => {
  it.each<{ name: string; desired: object; observed: ManagedObject; want: readonly string[] }>([
    {
      name: 'changed its value: it is theirs',
      desired: { data: { a: '1' } },
      observed: held({ data: { a: '2' } }, '/data/a'),
      want: ['/data/a'],
    },
    { name: 'took it away', desired: { data: { a: '1' } }, observed: held({ data: {} }), want: ['/data/a'] },
    {
      name: 'took it away, beside one that is stored in another form',
      desired: { spec: { a: '1', b: '1' } },
      observed: held({ spec: { a: 'one' } }),
      want: ['/spec/b'],
    },
    {
      name: 'took a container away',
      desired: containers({ name: 'a' }, { name: 'b' }),
      observed: held(containers({ name: 'b' })),
      want: ['/spec/containers'],
    },
    {
      name: 'put another container in its place',
      desired: containers({ name: 'a' }),
      observed: held(containers({ name: 'b' }), '/spec/containers/0'),
      want: ['/spec/containers'],
    },
    {
      name: 'changed a container behind one of their own',
      desired: containers({ name: 'a', image: '1' }),
      observed: held(
        containers({ name: 'b' }, { name: 'a', image: '2' }),
        '/spec/containers/1/image',
        '/spec/containers/0',
      ),
      want: ['/spec/containers/1/image'],
    },
    {
      name: 'added to a list that is one value',
      desired: { spec: { args: ['a'] } },
      observed: held({ spec: { args: ['a', 'b'] } }, '/spec/args'),
      want: ['/spec/args'],
    },
    {
      name: 'added to a map that is one value',
      desired: { spec: { selector: { app: 'x' } } },
      observed: held({ spec: { selector: { app: 'x', version: '2' } } }, '/spec/selector'),
      want: ['/spec/selector'],
    },
    {
      name: 'added an empty value to an entry of a list that is one value',
      desired: { spec: { from: [{ pods: {} }] } },
      observed: held({ spec: { from: [{ pods: {}, namespaces: {} }] } }, '/spec/from'),
      want: ['/spec/from'],
    },
    {
      name: 'removed a false that we applied',
      desired: containers({ name: 'a', tty: false, escalates: false }),
      observed: { ...held(containers({ name: 'a' })), flotillaVoids: ['/spec/containers/0/tty'] },
      want: ['/spec/containers/0/escalates'],
    },
    {
      name: 'changed a label, of which only the cache tells',
      desired: { metadata: { name: 'x', labels: { a: '1' } } },
      observed: { ...held({}), metadata: { name: 'x', labels: { a: '2' } } },
      want: ['/metadata/labels/a'],
    },
  ])('$name', ({ desired, observed, want }) => expect(pathsOf(desired, observed)).toEqual(want))
})

describe('what nobody did', () => {
  it.each<{ name: string; desired: object; observed: ManagedObject }>([
    {
      name: 'a value in another notation',
      desired: { spec: { period: '60s', wait: '1h' } },
      observed: held({ spec: { period: '1m0s', wait: '1h0m0s' } }),
    },
    {
      name: 'a container that admission put in',
      desired: containers({ name: 'a' }),
      observed: held(containers({ name: 'proxy' }, { name: 'a', image: 'defaulted' })),
    },
    {
      name: 'a nameless entry with a default, beside a value in another notation',
      desired: { spec: { wait: '1h', sources: [{ items: [{ path: 'p', ref: { field: 'f' } }] }] } },
      observed: held({
        spec: { wait: '1h0m0s', sources: [{ items: [{ path: 'p', ref: { field: 'f', version: 'v1' } }] }] },
      }),
    },
    {
      name: 'entries that say nothing, beside a default',
      desired: { spec: { types: [], ingress: [{}, { from: [] }] } },
      observed: held({ spec: { types: ['Ingress'], ingress: [{}, {}] } }),
    },
    {
      name: 'what others added where nothing is declared',
      desired: containers({ name: 'a' }),
      observed: held(containers({ name: 'a' }, { name: 'b' }), '/spec/containers/1'),
    },
    {
      name: 'a value that others hold and that is as declared',
      desired: { data: { a: '1' } },
      observed: held({ data: { a: '1' } }, '/data/a'),
    },
  ])('is $name', ({ desired, observed }) => expect(pathsOf(desired, observed)).toEqual([]))
})

describe('where nobody can tell who holds what', () => {
  const observed = object({ data: { a: 'one' } })
  it.each<{ name: string; observed: ManagedObject }>([
    { name: 'since somebody cleared the record', observed },
    {
      name: 'since it is too long to be known in full',
      observed: held({ data: { a: 'one' } }, ...Array.from({ length: 200 }, (_, i) => `/more/${i}`)),
    },
  ])('every difference counts: $name', ({ observed: given }) =>
    expect(pathsOf({ data: { a: '1' } }, given)).toEqual(['/data/a']),
  )
})

it('what others are known to hold counts where not all is known', () => {
  const { flotillaHolds: _holds, ...observed } = held({ data: { a: '1', b: '2' } }, '/data')
  expect(pathsOf({ data: { a: '1' } }, observed)).toEqual(['/data'])
})

it('lists with an entry twice are not looked through', () => {
  const env = (second: string) => ({
    env: [
      { name: 'A', value: '1' },
      { name: 'A', value: second },
    ],
  })
  expect(pathsOf({ spec: env('2') }, held({ spec: env('2') }))).toEqual([])
  expect(pathsOf({ spec: env('2') }, held({ spec: env('3') }))).toEqual(['/spec/env'])
})
