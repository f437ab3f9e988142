import { expect, it } from '@jest/globals'
import type { JsonObject } from '../object/kube-object.ts'
import { lostVoids } from './lost-voids.ts'

const object = (rest: JsonObject) => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, ...rest })

// design.md, rules of writing 2, 4
it.each<{
  name: string
  desired: JsonObject
  observed: JsonObject
  voids?: readonly string[]
  want: readonly string[]
}>([
  { name: 'a false', desired: { a: false, b: true }, observed: { b: true }, want: ['/a'] },
  { name: 'a zero, in a map that is gone', desired: { m: { a: 0 } }, observed: {}, want: ['/m/a'] },
  { name: 'none that is there', desired: { a: false, b: 0 }, observed: { a: false, b: 0 }, want: [] },
  {
    name: 'none that the apiserver keeps no value of',
    desired: { a: false, b: false },
    observed: {},
    voids: ['/a'],
    want: ['/b'],
  },
  {
    name: 'those of a list entry, where it stands in the member',
    desired: { list: [{ name: 'x', a: false, b: false }] },
    observed: { list: [{ name: 'injected' }, { name: 'x' }] },
    voids: ['/list/1/a'],
    want: ['/list/1/b'],
  },
  {
    name: 'none of a list of which an entry lacks, which tells by itself',
    desired: { list: [{ name: 'x', a: false }, { name: 'y' }] },
    observed: { list: [{ name: 'x' }] },
    want: [],
  },
  {
    name: 'nothing of what is empty otherwise',
    desired: { a: '', b: {}, c: [], d: null },
    observed: {},
    want: [],
  },
  { name: 'nothing of status', desired: { status: { a: false } }, observed: {}, want: [] },
])('$name', ({ desired, observed, voids = [], want }) => {
  const lost = lostVoids(object(desired), { ...object(observed), flotillaVoids: voids })
  expect(lost.map(({ path }) => path)).toEqual(want)
  expect(lostVoids(object(desired), object(observed))).toEqual([])
})
