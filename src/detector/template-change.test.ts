import { describe, expect, it } from '@jest/globals'
import type { Change } from '../runtime/informer.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { isAsPatched, isTemplateChange } from './template-change.ts'

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

describe('what our own patch made of a template', () => {
  const patch = { metadata: { labels: { a: 'b', c: null } } }
  const before = object({ metadata: { resourceVersion: '1', labels: { c: 'd' } } })
  it.each([
    { name: 'is that', after: { metadata: { resourceVersion: '2', labels: { a: 'b' } } }, want: true },
    { name: 'is that when its status changed', after: { metadata: { labels: { a: 'b' } }, status: {} }, want: true },
    { name: 'is more when a label came', after: { metadata: { labels: { a: 'b', e: 'f' } } }, want: false },
    { name: 'is more when its spec changed', after: { metadata: { labels: { a: 'b' } }, spec: {} }, want: false },
    { name: 'is not what admission made of it', after: { metadata: { labels: { a: 'x' } } }, want: false },
  ])('$name', ({ after, want }) => expect(isAsPatched(before, patch, object(after))).toBe(want))
})
