import { expect, it } from '@jest/globals'
import { absentFields, isSetBySomebody } from './fields-v1.ts'
import type { JsonObject, KubeObject } from './kube-object.ts'

const service = (...fieldSets: readonly JsonObject[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'x', managedFields: fieldSets.map(fieldsV1 => ({ manager: 'kubectl', fieldsV1 })) },
  spec: {
    ipFamilies: ['IPv4'],
    ports: [
      { port: 80, protocol: 'TCP', nodePort: 30080 },
      { port: 53, protocol: 'UDP', nodePort: 30053 },
    ],
  },
})
const port = (keys: string, fields: JsonObject) => ({ 'f:spec': { 'f:ports': { '.': {}, [`k:${keys}`]: fields } } })
const web = '{"port":80,"protocol":"TCP"}'

it.each([
  { name: 'a field of the entry with these keys', sets: [port(web, { '.': {}, 'f:nodePort': {} })], want: true },
  { name: 'another field of it', sets: [port(web, { '.': {}, 'f:port': {} })], want: false },
  {
    name: 'that field of another entry',
    sets: [port('{"port":53,"protocol":"UDP"}', { 'f:nodePort': {} })],
    want: false,
  },
  { name: 'the entry as a whole', sets: [port(web, {})], want: true },
  { name: 'the list as a whole', sets: [{ 'f:spec': { 'f:ports': {} } }], want: true },
  { name: 'one of several managers', sets: [{ 'f:metadata': {} }, port(web, { 'f:nodePort': {} })], want: true },
  { name: 'nothing', sets: [{}], want: false },
])('$name: set is $want', ({ sets, want }) =>
  expect(isSetBySomebody(service(...sets), '/spec/ports/0/nodePort')).toBe(want),
)

it('takes what stands in a status for nobody setting a field', () => {
  const object = service(port(web, { 'f:nodePort': {} }))
  const [entry] = object.metadata.managedFields ?? []
  const metadata = { name: 'x', managedFields: [{ ...entry, subresource: 'status' }] }
  expect(isSetBySomebody({ ...object, metadata }, '/spec/ports/0/nodePort')).toBe(false)
})

// Kubernetes server-side apply, fieldsV1
it.each<{ name: string; set: JsonObject; want: readonly string[] }>([
  {
    name: 'nothing when all is there',
    set: { 'f:spec': { 'f:a': {}, 'f:list': { 'k:{"name":"x"}': { '.': {} } } } },
    want: [],
  },
  { name: 'a field', set: { 'f:spec': { 'f:a': {}, 'f:b/c': {} } }, want: ['/spec/b~1c'] },
  {
    name: 'a field of a list entry, where it stands in the object',
    set: { 'f:spec': { 'f:list': { 'k:{"name":"x"}': { '.': {}, 'f:tty': {} } } } },
    want: ['/spec/list/1/tty'],
  },
  {
    name: 'each field of a map that is gone',
    set: { 'f:spec': { 'f:gone': { '.': {}, 'f:a': {}, 'f:b': { 'f:c': {} } } } },
    want: ['/spec/gone/a', '/spec/gone/b/c'],
  },
  {
    name: 'no list entry that is gone',
    set: { 'f:spec': { 'f:list': { 'k:{"name":"z"}': { 'f:a': {} } } } },
    want: [],
  },
  { name: 'nothing inside of a whole value', set: { 'f:spec': { 'f:whole': {} } }, want: [] },
])('absentFields tells $name', ({ set, want }) => {
  const spec = { a: '1', list: [{ name: 'y' }, { name: 'x' }], whole: { a: '1' } }
  expect(absentFields({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, spec }, set)).toEqual(want)
})
