import { expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { annotations } from './annotations.ts'

it('changes annotations and leaves labels (spec/behaviour/overrides.md §5)', () => {
  const metadata = { labels: { a: '1' }, annotations: { a: '1', b: 'kept' } }
  const changed = annotations.apply(frozenObject('v1 ConfigMap', { metadata }), {
    annotationsOverrider: [
      { operator: 'replace', value: { a: 'any text' } },
      { operator: 'add', value: { 'example.com/c': 'x' } },
    ],
  })
  expect(changed.metadata.labels).toEqual({ a: '1' })
  expect(changed.metadata.annotations).toEqual({ a: 'any text', b: 'kept', 'example.com/c': 'x' })
})
