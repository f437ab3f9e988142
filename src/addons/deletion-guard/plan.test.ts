import { describe, expect, it } from '@jest/globals'
import { planInUse } from './plan.ts'

const LABELS = { 'flotilla.dev/deletion-protected': 'WhileInUse' }
const says = (value: string) => ({ 'flotilla.dev/in-use': value })
const patch = (value: string | null) => ({ metadata: { annotations: { 'flotilla.dev/in-use': value } } })

describe('planInUse', () => {
  it.each([
    { name: 'a guarded object that is used', metadata: { labels: LABELS }, inUse: true, want: patch('true') },
    { name: 'a guarded object that nobody uses', metadata: { labels: LABELS }, inUse: false, want: patch('false') },
    { name: 'what is known', metadata: { labels: LABELS, annotations: says('true') }, inUse: true, want: undefined },
    {
      name: 'the last use',
      metadata: { labels: LABELS, annotations: says('true') },
      inUse: false,
      want: patch('false'),
    },
    {
      name: 'the first use',
      metadata: { labels: LABELS, annotations: says('false') },
      inUse: true,
      want: patch('true'),
    },
    { name: 'no label', metadata: {}, inUse: true, want: undefined },
    {
      name: 'another value of the label',
      metadata: { labels: { 'flotilla.dev/deletion-protected': 'Never' } },
      inUse: true,
      want: undefined,
    },
    { name: 'the label is gone', metadata: { annotations: says('true') }, inUse: true, want: patch(null) },
    {
      name: 'it is being deleted',
      metadata: { labels: LABELS, deletionTimestamp: '2026-01-01T00:00:00Z' },
      inUse: true,
      want: undefined,
    },
  ])('$name', ({ metadata, inUse, want }) => {
    expect(planInUse({ metadata: { name: 'shop', ...metadata } }, () => inUse)).toEqual(want)
  })
})
