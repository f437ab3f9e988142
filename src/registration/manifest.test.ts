import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { findObsolete } from './admission.ts'
import { compareVersions, decide, markManifest } from './manifest.ts'

const manifest = (spec: Readonly<Record<string, unknown>>): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Thing',
  metadata: { name: 'thing' },
  spec,
})
const served = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, uid: '1', resourceVersion: '7' },
  status: {},
})

describe('compareVersions', () => {
  it.each([
    { a: '1.2.3', b: '1.2.3', want: 0 },
    { a: '1.10.0', b: '1.9.9', want: 1 },
    { a: 'v1.0.0', b: '1.0.0', want: 0 },
    { a: '1.0.0-rc.1', b: '1.0.0', want: -1 },
    { a: '1.0.0-rc.2', b: '1.0.0-rc.10', want: -1 },
    { a: '1.0.0+build.5', b: '1.0.0', want: 0 },
    { a: 'next', b: '0.0.1', want: -1 },
    { a: '', b: '0.1.0', want: -1 },
  ])('orders "$a" and "$b"', ({ a, b, want }) => {
    expect(Math.sign(compareVersions(a, b))).toBe(want)
    expect(Math.sign(compareVersions(b, a))).toBe(want === 0 ? 0 : -want)
  })
})

describe('decide', () => {
  const desired = markManifest(manifest({ size: 2 }), '1.1.0')
  it.each([
    { name: 'applies what is not there', observed: undefined, want: { type: 'apply' } },
    {
      name: 'keeps what is there, with all that the apiserver adds',
      observed: served(desired),
      want: { type: 'keep' },
    },
    {
      name: 'applies over what somebody changed by hand',
      observed: { ...served(desired), spec: { size: 3 } },
      want: { type: 'apply' },
    },
    {
      name: 'applies over an older version',
      observed: served(markManifest(manifest({ size: 2 }), '1.0.9')),
      want: { type: 'apply' },
    },
    {
      name: 'applies when a field was taken out',
      observed: served(markManifest(manifest({ size: 2, colour: 'red' }), '1.1.0')),
      want: { type: 'apply' },
    },
    {
      name: 'leaves what a newer operator registered',
      observed: served(markManifest(manifest({ size: 9 }), '1.2.0')),
      want: { type: 'leave', version: '1.2.0' },
    },
    {
      name: 'applies over what another system installed',
      observed: served(manifest({ size: 2 })),
      want: { type: 'apply' },
    },
  ])('$name', ({ observed, want }) => expect(decide(desired, observed)).toEqual(want))
})

describe('findObsolete', () => {
  const named = (name: string, version: string): KubeObject => {
    const object = markManifest(manifest({}), version)
    return { ...object, metadata: { ...object.metadata, name } }
  }
  it('names what an older version had and this one has not', () => {
    const observed = [named('kept', '1.0.0'), named('gone', '1.0.0'), named('newer', '2.0.0'), manifest({})]
    const obsolete = findObsolete(observed, [named('kept', '1.1.0')], '1.1.0')
    expect(obsolete.map(object => object.metadata.name)).toEqual(['gone'])
  })
})
