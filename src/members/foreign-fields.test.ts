import { describe, expect, it } from '@jest/globals'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'
import { foreignFields } from './foreign-fields.ts'
import { projectManagedObject } from './project-managed-object.ts'

const applied = (fieldsV1: JsonObject): ManagedFieldsEntry => ({ manager: 'flotilla', operation: 'Apply', fieldsV1 })
const updated = (fieldsV1: JsonObject, subresource?: string): ManagedFieldsEntry => ({
  manager: 'kubectl-edit',
  operation: 'Update',
  fieldsV1,
  ...(subresource === undefined ? {} : { subresource }),
})
const object = (managedFields: readonly ManagedFieldsEntry[], rest: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'x', managedFields },
  ...rest,
})
const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'i', ...more })

describe('foreignFields', () => {
  it.each<{ name: string; entries: readonly ManagedFieldsEntry[]; rest: JsonObject; want: readonly string[] }>([
    {
      name: 'nothing when only we wrote and others wrote metadata and status',
      entries: [
        applied({ 'f:data': { 'f:a': {} } }),
        updated({ 'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } } }),
        updated({ 'f:status': { 'f:replicas': {} } }, 'status'),
      ],
      rest: { data: { a: '1' }, status: { replicas: 1 } },
      want: [],
    },
    {
      name: 'an added key of a map that we share',
      entries: [applied({ 'f:data': { 'f:a': {} } }), updated({ 'f:data': { 'f:b/~': {} } })],
      rest: { data: { a: '1', 'b/~': '2' } },
      want: ['/data/b~1~0'],
    },
    {
      name: 'a whole map that only others own is one pointer',
      entries: [applied({ 'f:data': { 'f:a': {} } }), updated({ 'f:binaryData': { '.': {}, 'f:b': {} } })],
      rest: { data: { a: '1' }, binaryData: { b: '' } },
      want: ['/binaryData'],
    },
    {
      name: 'a field that both own is ours',
      entries: [applied({ 'f:spec': { 'f:replicas': {} } }), updated({ 'f:spec': { 'f:replicas': {} } })],
      rest: { spec: { replicas: 2 } },
      want: [],
    },
    {
      name: 'a field that the scale subresource set',
      entries: [applied({ 'f:spec': { 'f:paused': {} } }), updated({ 'f:spec': { 'f:replicas': {} } }, 'scale')],
      rest: { spec: { replicas: 2, paused: true } },
      want: ['/spec/replicas'],
    },
    {
      name: 'an added list entry is one pointer, and later entries come first',
      entries: [
        applied({ 'f:spec': { 'f:containers': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:image': {} } } } }),
        updated({
          'f:spec': {
            'f:containers': {
              'k:{"name":"b"}': { '.': {}, 'f:name': {}, 'f:image': {} },
              'k:{"name":"a"}': { 'f:command': {} },
              'k:{"name":"c"}': { '.': {}, 'f:name': {} },
            },
          },
        }),
      ],
      rest: { spec: { containers: [container('a', { command: ['x'] }), container('b'), container('c')] } },
      want: ['/spec/containers/2', '/spec/containers/1', '/spec/containers/0/command'],
    },
    {
      name: 'entries keyed by two fields, and set entries by value',
      entries: [
        updated({
          'f:spec': {
            'f:ports': { 'k:{"port":80,"protocol":"UDP"}': { '.': {} } },
            'f:names': { 'v:"b"': {}, 'v:"gone"': {} },
          },
        }),
      ],
      rest: {
        spec: {
          ports: [
            { port: 80, protocol: 'TCP' },
            { port: 80, protocol: 'UDP' },
          ],
          names: ['a', 'b'],
        },
      },
      want: ['/spec/names/1', '/spec/ports/1'],
    },
    {
      name: 'an atomic value that both own is ours',
      entries: [applied({ 'f:spec': { 'f:selector': {} } }), updated({ 'f:spec': { 'f:selector': {} } })],
      rest: { spec: { selector: { x: '1' } } },
      want: [],
    },
    {
      name: 'what others took of a map without a schema, of which an apiserver leaves us the name',
      entries: [applied({ 'f:spec': {} }), updated({ 'f:spec': { '.': {}, 'f:on': {} } })],
      rest: { spec: { on: false } },
      want: ['/spec/on'],
    },
    {
      name: 'nothing of malformed keys, of fields that are not there, and of inherited names',
      entries: [
        updated({
          'f:spec': { 'k:{': {}, 'f:gone': {}, 'f:toString': {}, 'z:1': {}, 'f:list': { 'i:7': {}, 'k:1': {} } },
        }),
      ],
      rest: { spec: { list: [1] } },
      want: [],
    },
  ])('$name', ({ entries, rest, want }) =>
    expect(foreignFields(object(entries, rest)).map(({ path }) => path)).toEqual(want),
  )

  it('gives at most 200 pointers', () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `k${i}`)
    const many = object([updated({ 'f:data': Object.fromEntries(keys.map(key => [`f:${key}`, {}])) })], {
      data: Object.fromEntries(keys.map(key => [key, ''])),
    })
    expect(foreignFields(many)).toHaveLength(200)
  })
})

describe('projectManagedObject', () => {
  it('drops managedFields and keeps the rest', () => {
    const projected = projectManagedObject(object([applied({ 'f:data': { 'f:a': {} } })], { data: { a: '1' } }))
    const kept = { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, data: { a: '1' } }
    expect(projected).toEqual({ ...kept, flotillaHolds: true, flotillaVoids: [] })
    const theirs = projectManagedObject(object([updated({ 'f:data': { 'f:a': {} } })], { data: { a: '1' } }))
    expect(theirs).not.toHaveProperty('flotillaHolds')
  })

  const ours = applied({ 'f:spec': { 'f:a': {}, 'f:off': {} } })
  it.each<{
    name: string
    entries: readonly ManagedFieldsEntry[]
    holds: boolean
    voids: readonly string[] | undefined
  }>([
    { name: 'what has no value of what we applied', entries: [ours], holds: true, voids: ['/spec/off'] },
    {
      name: 'nothing of that after a full update',
      entries: [ours, { ...ours, operation: 'Update' }],
      holds: true,
      voids: undefined,
    },
    {
      name: 'nothing where others wrote through another version of the kind',
      entries: [ours, { ...updated({ 'f:spec': { 'f:b': {} } }), apiVersion: 'v0' }],
      holds: false,
      voids: undefined,
    },
    {
      name: 'all where others wrote only metadata and status through one',
      entries: [ours, { ...updated({ 'f:metadata': {}, 'f:status': { 'f:b': {} } }), apiVersion: 'v0' }],
      holds: true,
      voids: ['/spec/off'],
    },
    { name: 'all of the same version', entries: [{ ...ours, apiVersion: 'v1' }], holds: true, voids: ['/spec/off'] },
    {
      name: 'nothing of a set that names the fields of another version',
      entries: [{ ...ours, apiVersion: 'v0' }],
      holds: true,
      voids: undefined,
    },
  ])('tells $name', ({ entries, holds, voids }) => {
    const { flotillaHolds, flotillaVoids } = projectManagedObject(object(entries, { spec: { a: '1' } }))
    expect({ holds: flotillaHolds === true, voids: flotillaVoids }).toEqual({ holds, voids })
  })

  it('tells foreign fields when there are some', () => {
    const projected = projectManagedObject(object([updated({ 'f:data': { 'f:b': {} } })], { data: { b: '1' } }))
    expect(projected.flotillaForeignFields).toEqual([
      { path: '/data/b', manager: 'kubectl-edit', keys: ['f:data', 'f:b'] },
    ])
  })
})
