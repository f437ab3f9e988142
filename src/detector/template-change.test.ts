import { expect, it } from '@jest/globals'
import type { Change } from '../runtime/informer.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { isTemplateChange } from './template-change.ts'

const object = (change: { readonly [field: string]: unknown } = {}) =>
  frozenObject('apps/v1 Deployment', { spec: { replicas: 1 }, metadata: { resourceVersion: '1' }, ...change })
const updated = (change: { readonly [field: string]: unknown }): Change => ({
  type: 'updated',
  previous: object(),
  object: object(change),
})

// spec/behaviour/propagation.md §1
it.each<{ name: string; change: Change; want: boolean }>([
  { name: 'a new one', change: { type: 'added', object: object(), initial: false }, want: true },
  { name: 'one that is gone', change: { type: 'deleted', object: object() }, want: true },
  { name: 'its spec', change: updated({ spec: { replicas: 2 } }), want: true },
  { name: 'a label', change: updated({ metadata: { labels: { a: 'b' } } }), want: true },
  { name: 'an annotation', change: updated({ metadata: { annotations: { a: 'b' } } }), want: true },
  { name: 'its status', change: updated({ status: { replicas: 1 } }), want: false },
  { name: 'its version', change: updated({ metadata: { resourceVersion: '2' } }), want: false },
  { name: 'who holds its fields', change: updated({ metadata: { managedFields: [{ manager: 'm' }] } }), want: false },
])('$name counts: $want', ({ change, want }) => expect(isTemplateChange(change)).toBe(want))
