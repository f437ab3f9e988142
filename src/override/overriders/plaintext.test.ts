import { expect, it } from '@jest/globals'
import type { PlaintextOverrider } from '../../api/generated/override-policy.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { plaintext } from './plaintext.ts'

const deployment = frozenObject('apps/v1 Deployment', { spec: { replicas: 3, list: ['a'] } })
const op = (operator: PlaintextOverrider['operator'], path: string, value?: unknown): PlaintextOverrider => ({
  operator,
  path,
  value,
})

// spec/behaviour/overrides.md §7
it.each([
  { name: 'replaces', entries: [op('replace', '/spec/replicas', 5)], want: { replicas: 5, list: ['a'] } },
  { name: 'appends', entries: [op('add', '/spec/list/-', 'b')], want: { replicas: 3, list: ['a', 'b'] } },
  { name: 'removes', entries: [op('remove', '/spec/list')], want: { replicas: 3 } },
  {
    name: 'is one patch: an entry sees those before it',
    entries: [op('add', '/spec/x', {}), op('add', '/spec/x/y', 1)],
    want: { replicas: 3, list: ['a'], x: { y: 1 } },
  },
  {
    name: 'sets false and zero',
    entries: [op('add', '/spec/paused', false), op('replace', '/spec/replicas', 0)],
    want: { replicas: 0, list: ['a'], paused: false },
  },
])('$name', ({ entries, want }) => expect(plaintext.apply(deployment, { plaintext: entries })['spec']).toEqual(want))

it('may take the object apart as long as the whole patch leaves one', () => {
  const entries = [op('remove', '/metadata'), op('add', '/metadata', { name: 'other' })]
  expect(plaintext.apply(deployment, { plaintext: entries }).metadata).toEqual({ name: 'other' })
})

it.each([
  {
    name: 'remove of what is missing (§11.7)',
    entry: op('remove', '/spec/none'),
    want: 'plaintext[1]: remove /spec/none: there is nothing',
  },
  {
    name: 'replace of what is missing',
    entry: op('replace', '/spec/none', 1),
    want: 'plaintext[1]: replace /spec/none: there is nothing',
  },
  { name: 'add of null', entry: op('add', '/spec/x', null), want: 'plaintext[1]: add /spec/x: it has no value' },
  {
    name: 'the loss of the kind',
    entry: op('remove', '/kind'),
    want: 'plaintext: what is left is not a Kubernetes object',
  },
  {
    name: 'the loss of the name',
    entry: op('remove', '/metadata/name'),
    want: 'plaintext: what is left is not a Kubernetes object: metadata without a name',
  },
  {
    name: 'a label that is no text',
    entry: op('add', '/metadata/labels', { a: 1 }),
    want: 'metadata.labels has a value that is no string',
  },
  {
    name: 'another document',
    entry: op('replace', '', 'text'),
    want: 'plaintext: what is left is not a Kubernetes object: no object',
  },
])('refuses $name', ({ entry, want }) => {
  expect(() => plaintext.apply(deployment, { plaintext: [op('add', '/spec/a', 1), entry] })).toThrow(want)
})
