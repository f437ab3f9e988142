import { describe, expect, it } from '@jest/globals'
import { frozenObject } from '../testing/frozen-object.ts'
import { templateDigest } from './template-digest.ts'

const base = {
  metadata: { generation: 1, labels: { a: '1' }, annotations: { n: '1' }, resourceVersion: '1', uid: 'u' },
  spec: { x: 1 },
}
const digestWith = (metadata: object, fields: object = {}) =>
  templateDigest(
    frozenObject('apps/v1 Deployment', { ...base, ...fields, metadata: { ...base.metadata, ...metadata } }),
  )
const before = digestWith({})

describe('does not move', () => {
  it.each([
    { name: 'with the status', metadata: {}, fields: { status: { replicas: 1 } } },
    { name: 'with the version', metadata: { resourceVersion: '2' }, fields: {} },
    { name: 'with field ownership', metadata: { managedFields: [{ manager: 'kubectl' }] }, fields: {} },
    { name: 'with finalizers and owners', metadata: { finalizers: ['f'], ownerReferences: [] }, fields: {} },
    {
      name: 'with the revision that the host counts',
      metadata: { annotations: { n: '1', 'deployment.kubernetes.io/revision': '2' } },
      fields: {},
    },
    {
      name: 'with what kubectl applied last',
      metadata: { annotations: { n: '1', 'kubectl.kubernetes.io/last-applied-configuration': '{}' } },
      fields: {},
    },
    { name: 'with the order of keys', metadata: { labels: { a: '1' } }, fields: {} },
  ])('$name', ({ metadata, fields }) => expect(digestWith(metadata, fields)).toBe(before))
})

describe('moves', () => {
  it.each([
    { name: 'with the spec', metadata: {}, fields: { spec: { x: 2 } } },
    { name: 'with a label', metadata: { labels: { a: '2' } }, fields: {} },
    { name: 'with an annotation', metadata: { annotations: { n: '2' } }, fields: {} },
    { name: 'with the generation, which travels', metadata: { generation: 2 }, fields: {} },
    {
      name: 'with the claim, which travels',
      metadata: { labels: { a: '1', 'propagationpolicy.karmada.io/permanent-id': 'p' } },
      fields: {},
    },
  ])('$name', ({ metadata, fields }) => expect(digestWith(metadata, fields)).not.toBe(before))
})
