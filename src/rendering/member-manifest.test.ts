import { describe, expect, it } from '@jest/globals'
import { newInterpreter } from '../interpreter/interpreter.ts'
import { digestOf } from '../object/digest.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { droppedText, memberManifest, updateManifest } from './member-manifest.ts'

const DIGEST = 'flotilla.dev/applied-digest'
const RECORD = 'resourcetemplate.karmada.io/managed-'

describe('what is applied to a member', () => {
  const service = frozenObject('v1 Service', { metadata: { annotations: { a: 'b' } }, spec: { type: 'ClusterIP' } })

  it('is the manifest with its digest', async () =>
    expect(await memberManifest(service, undefined, newInterpreter())).toEqual({
      ...service,
      metadata: { ...service.metadata, annotations: { a: 'b', [DIGEST]: digestOf(service) } },
    }))

  it('carries retained fields as they are observed, and the digest of what we want', async () => {
    const observed = frozenObject('v1 Service', { spec: { clusterIP: '10.0.0.1', sessionAffinity: 'None' } })
    const sent = await memberManifest(service, observed, newInterpreter())
    expect(sent['spec']).toEqual({ type: 'ClusterIP', clusterIP: '10.0.0.1' })
    expect(sent.metadata.annotations?.[DIGEST]).toBe(digestOf(service))
  })

  it('does not take the data of a token for ours', async () => {
    const secret = frozenObject('v1 Secret', { type: 'kubernetes.io/service-account-token', data: null })
    expect(Object.keys(await memberManifest(secret, undefined, newInterpreter()))).not.toContain('data')
    const observed = frozenObject('v1 Secret', { data: { token: 'x' } })
    expect(await memberManifest(secret, observed, newInterpreter())).toMatchObject({ data: { token: 'x' } })
  })
})

const desired = frozenObject('v1 ConfigMap', {
  metadata: { labels: { keep: 'new' }, annotations: { note: 'new' } },
  data: { a: '1' },
})
const observed = frozenObject('v1 ConfigMap', {
  metadata: {
    resourceVersion: '9',
    uid: 'u',
    finalizers: ['member/f'],
    ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }],
    labels: { keep: 'old', dropped: '1', foreign: '2' },
    annotations: {
      note: 'old',
      gone: '1',
      foreign: '2',
      [`${RECORD}labels`]: 'dropped,keep,never-there',
      [`${RECORD}annotations`]: 'gone,note',
    },
  },
  data: { a: '0', b: '2' },
})

describe('what a full update sends (propagation.md §9.1)', () => {
  const sent = updateManifest(desired, observed)
  it('keeps version, finalizers and owners of the member', () =>
    expect(sent.metadata).toMatchObject({
      resourceVersion: '9',
      finalizers: ['member/f'],
      ownerReferences: [{ name: 'x' }],
    }))
  it('keeps foreign labels and annotations, and drops those removed upstream', () => {
    expect(sent.metadata.labels).toEqual({ keep: 'new', foreign: '2' })
    expect(sent.metadata.annotations).toMatchObject({ note: 'new', foreign: '2' })
    expect(sent.metadata.annotations).not.toHaveProperty('gone')
  })
  it('replaces the rest', () => expect(sent['data']).toEqual({ a: '1' }))
})

describe('what was removed upstream', () => {
  it('is what the record names, the object has and the template has not', () =>
    expect(droppedText(desired, observed)).toEqual(['/metadata/labels/dropped', '/metadata/annotations/gone']))
  it('is nothing without a record', () => expect(droppedText(desired, frozenObject('v1 ConfigMap'))).toEqual([]))
})
