import { expect, it } from '@jest/globals'
import type { MetadataOverrider } from '../../api/generated/override-policy.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { labels } from './labels.ts'

type Entry = readonly [MetadataOverrider['operator'], Readonly<Record<string, string>>]
const before = { a: '1', 'x.io/b': '2' }

// spec/behaviour/overrides.md §5
it.each<{ name: string; entries: readonly Entry[]; want: object }>([
  { name: 'adds', entries: [['add', { c: '3' }]], want: { ...before, c: '3' } },
  { name: 'adds over what is there', entries: [['add', { 'x.io/b': '3' }]], want: { a: '1', 'x.io/b': '3' } },
  { name: 'replaces what is there', entries: [['replace', { a: '3', c: '3' }]], want: { ...before, a: '3' } },
  {
    name: 'removes what is there, whatever its value',
    entries: [['remove', { a: 'x', c: 'x' }]],
    want: { 'x.io/b': '2' },
  },
  {
    name: 'skips what is missing (§11.7)',
    entries: [
      ['remove', { c: '' }],
      ['replace', { c: '' }],
    ],
    want: before,
  },
  {
    name: 'takes one after the other',
    entries: [
      ['remove', { a: '' }],
      ['replace', { a: '9' }],
    ],
    want: { 'x.io/b': '2' },
  },
])('labels: $name', ({ entries, want }) => {
  const template = { metadata: { labels: before } }
  const object = frozenObject('apps/v1 Deployment', { metadata: { labels: before }, spec: { template } })
  const changed = labels.apply(object, { labelsOverrider: entries.map(([operator, value]) => ({ operator, value })) })
  expect(changed.metadata.labels).toEqual(want)
  expect(changed['spec']).toEqual({ template })
})

it.each([
  { operator: 'add', want: { a: '1' } },
  { operator: 'remove', want: undefined },
  { operator: 'replace', want: undefined },
] as const)('$operator on an object without labels', ({ operator, want }) => {
  const changed = labels.apply(frozenObject('v1 ConfigMap'), { labelsOverrider: [{ operator, value: { a: '1' } }] })
  expect(changed.metadata.labels).toEqual(want)
})
