import { expect, it } from '@jest/globals'
import type { FieldOverrider } from '../../api/generated/override-policy.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { field } from './field.ts'

const configMap = (text: unknown) => frozenObject('v1 ConfigMap', { data: { 'db.yaml': text, other: 'kept' } })
const at = (entry: Partial<FieldOverrider>): FieldOverrider => ({ fieldPath: '/data/db.yaml', ...entry })
const op = (operator: 'add' | 'replace' | 'remove', subPath: string, value?: unknown) => ({
  operator,
  subPath,
  ...(value !== undefined && { value }),
})

// spec/behaviour/overrides.md §6
it.each([
  {
    name: '§11.9',
    text: 'db-config:\n  database: db',
    entry: at({ yaml: [op('replace', '/db-config/database', 'db1')] }),
    want: 'db-config:\n  database: db1\n',
  },
  {
    name: 'YAML, several operations; keys are sorted and comments are lost',
    text: 'b: 1\n# why\na:\n  - x\n',
    entry: at({ yaml: [op('add', '/a/-', { z: 1, y: true }), op('remove', '/b'), op('add', '/c', '0644')] }),
    want: 'a:\n- x\n- "y": true\n  z: 1\nc: "0644"\n',
  },
  {
    name: 'JSON, written compactly',
    text: '{ "a": [1, 2],\n "b": 12345678901234567890 }',
    entry: at({ json: [op('remove', '/a/0'), op('add', '/c', 'x')] }),
    want: '{"a":[2],"b":12345678901234567890,"c":"x"}',
  },
  {
    name: 'both: only yaml counts',
    text: '{"a":1}',
    entry: at({ yaml: [op('replace', '/a', 2)], json: [op('replace', '/a', 3)] }),
    want: 'a: 2\n',
  },
])('rewrites a field: $name', ({ text, entry, want }) => {
  const changed = field.apply(configMap(text), { fieldOverrider: [entry] })
  expect(changed['data']).toEqual({ 'db.yaml': want, other: 'kept' })
})

it('applies each entry to the result of those before it (§2)', () => {
  const entries = [at({ json: [op('replace', '/a', 2)] }), at({ json: [op('add', '/b', 3)] })]
  expect(field.apply(configMap('{"a":1}'), { fieldOverrider: entries })['data']).toMatchObject({
    'db.yaml': '{"a":2,"b":3}',
  })
})

it.each([
  {
    name: 'a path to nowhere',
    text: '{}',
    entry: at({ fieldPath: '/data/none', json: [op('add', '/a', 1)] }),
    want: 'there is nothing at /data/none',
  },
  {
    name: 'no text',
    text: { a: 1 },
    entry: at({ json: [op('add', '/a', 1)] }),
    want: 'what is at /data/db.yaml is no text',
  },
  { name: 'broken JSON', text: '{', entry: at({ json: [op('add', '/a', 1)] }), want: 'the JSON cannot be read' },
  { name: 'broken YAML', text: 'a: [', entry: at({ yaml: [op('add', '/a', 1)] }), want: 'the YAML cannot be read' },
  {
    name: 'a subPath to nowhere',
    text: '{}',
    entry: at({ json: [op('replace', '/a', 1)] }),
    want: 'replace /a: there is nothing',
  },
  {
    name: 'a value that is missing',
    text: '{}',
    entry: at({ json: [op('add', '/a')] }),
    want: 'add /a: it has no value',
  },
  {
    name: 'a value that is null',
    text: '{}',
    entry: at({ yaml: [{ ...op('add', '/a'), value: null }] }),
    want: 'add /a: it has no value',
  },
  { name: 'neither json nor yaml', text: '{}', entry: at({ yaml: [], json: [] }), want: 'neither json nor yaml' },
])('refuses $name', ({ text, entry, want }) => {
  const run = () => field.apply(configMap(text), { fieldOverrider: [entry] })
  expect(run).toThrow(want)
  expect(run).toThrow('fieldOverrider[0]: ')
})
