import { describe, expect, it } from '@jest/globals'
import type { KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'
import { planAdoption } from './adopt-managed-fields.ts'

const object = (managedFields: readonly ManagedFieldsEntry[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', resourceVersion: '7', managedFields },
})
const karmada: ManagedFieldsEntry = {
  manager: 'karmada-controller-manager',
  operation: 'Update',
  apiVersion: 'v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } },
}
const foreign: ManagedFieldsEntry = { ...karmada, manager: 'kubectl', fieldsV1: { 'f:data': { 'f:z': {} } } }
const status: ManagedFieldsEntry = { ...karmada, subresource: 'status' }

describe('planAdoption', () => {
  it('has nothing to move on an object that Karmada never wrote', () => {
    expect(planAdoption(object([foreign, status]))).toBeUndefined()
    expect(planAdoption(object([{ ...karmada, manager: 'flotilla', operation: 'Apply' }]))).toBeUndefined()
  })

  it("moves Karmada's Update to our Apply, keeps others, and fails on a stale read", () => {
    expect(planAdoption(object([karmada, foreign, status]))).toEqual([
      {
        op: 'replace',
        path: '/metadata/managedFields',
        value: [foreign, status, { ...karmada, manager: 'flotilla', operation: 'Apply' }],
      },
      { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
    ])
  })

  it('unites what we already apply with what is moved, our own former PUT included', () => {
    const ours = { ...karmada, manager: 'flotilla', operation: 'Apply', fieldsV1: { 'f:data': { 'f:b': {} } } }
    const put = { ...karmada, manager: 'flotilla', fieldsV1: { 'f:immutable': {} } }
    const [replace] = planAdoption(object([ours, karmada, put])) ?? []
    expect(replace).toMatchObject({
      value: [{ ...ours, fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} }, 'f:immutable': {} } }],
    })
  })
})
