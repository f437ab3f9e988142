import { expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import type { Change } from '../runtime/informer.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { isForeignChange } from './foreign-change.ts'

const object = (change: { readonly [field: string]: unknown } = {}): KubeObject =>
  frozenObject('v1 ConfigMap', { data: { a: '1' }, metadata: { resourceVersion: '1', generation: 1 }, ...change })
const updated = (change: { readonly [field: string]: unknown }): Change => ({
  type: 'updated',
  previous: object(),
  object: object(change),
})

// spec/behaviour/propagation.md §9.3
it.each<{ name: string; change: Change; want: boolean }>([
  { name: 'a deletion', change: { type: 'deleted', object: object() }, want: true },
  { name: 'an object that somebody made', change: { type: 'added', object: object(), initial: false }, want: true },
  { name: 'an object of the first list', change: { type: 'added', object: object(), initial: true }, want: false },
  { name: 'a field', change: updated({ data: { a: '2' } }), want: true },
  { name: 'a label', change: updated({ metadata: { labels: { a: 'b' } } }), want: true },
  { name: 'who holds a field', change: updated({ flotillaForeignFields: [{ path: '/data/a' }] }), want: true },
  { name: 'a status', change: updated({ status: { ready: true } }), want: false },
  {
    name: 'version and generation alone',
    change: updated({ metadata: { resourceVersion: '2', generation: 2 } }),
    want: false,
  },
])('$name may have to be undone: $want', ({ change, want }) => expect(isForeignChange(change)).toBe(want))
