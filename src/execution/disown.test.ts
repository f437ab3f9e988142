import { expect, it } from '@jest/globals'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'
import { planDisowning } from './disown.ts'

const ours: ManagedFieldsEntry = { manager: 'flotilla', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:a': {} } } }
const theirs = (fieldsV1: JsonObject): ManagedFieldsEntry => ({ manager: 'kubectl', operation: 'Update', fieldsV1 })
const field = (...keys: readonly string[]) => ({ path: '', manager: 'kubectl', keys })

// Kubernetes server-side apply, "Field management"
it.each<{ name: string; set: JsonObject; keys: readonly string[]; left: JsonObject | undefined }>([
  {
    name: 'a field',
    set: { 'f:spec': { 'f:a': {}, 'f:b': {} } },
    keys: ['f:spec', 'f:b'],
    left: { 'f:spec': { 'f:a': {} } },
  },
  {
    name: 'a map with all that is in it',
    set: { 'f:spec': { 'f:a': {}, 'f:b': { '.': {}, 'f:c': {} } } },
    keys: ['f:spec', 'f:b'],
    left: { 'f:spec': { 'f:a': {} } },
  },
  {
    name: 'the last field of a map, which is not left as held as a whole',
    set: { 'f:spec': { 'f:a': {}, 'f:list': { 'k:{"name":"x"}': { 'f:b': {} } } } },
    keys: ['f:spec', 'f:list', 'k:{"name":"x"}', 'f:b'],
    left: { 'f:spec': { 'f:a': {} } },
  },
  { name: 'the last field of all', set: { 'f:spec': { 'f:b': {} } }, keys: ['f:spec', 'f:b'], left: undefined },
  {
    name: 'nothing that is not held',
    set: { 'f:spec': { 'f:a': {} } },
    keys: ['f:spec', 'f:a', 'f:b'],
    left: { 'f:spec': { 'f:a': {} } },
  },
])('takes from others $name', ({ set, keys, left }) => {
  const metadata = { name: 'x', resourceVersion: '7', managedFields: [theirs(set), ours] }
  const object: KubeObject = { apiVersion: 'v1', kind: 'Thing', metadata }
  expect(planDisowning(object, [field(...keys)])).toEqual([
    { op: 'replace', path: '/metadata/managedFields', value: [...(left ? [theirs(left)] : []), ours] },
    { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
  ])
})
