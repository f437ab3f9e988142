import { expect, it } from '@jest/globals'
import { malformedManifests, manifestsOf } from './work-manifests.ts'

const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', labels: { constructor: 'b' } } }
const workOf = (...manifests: readonly unknown[]) => ({ spec: { workload: { manifests } } })

it('has no manifests where a user made a Work without', () => {
  expect(manifestsOf({ spec: {} })).toEqual([])
  expect(malformedManifests({ spec: {} })).toEqual([])
})

it.each([
  ['an empty object', {}, 'no apiVersion and kind'],
  ['no kind', { ...good, kind: 7 }, 'no apiVersion and kind'],
  ['a list, which has no name', { apiVersion: 'v1', kind: 'List', items: [good] }, 'no metadata'],
  ['no name', { ...good, metadata: {} }, 'metadata without a name'],
  ['labels that are no map', { ...good, metadata: { name: 'a', labels: 'b' } }, 'metadata.labels is not a map'],
  ['an annotation that is no text', { ...good, metadata: { name: 'a', annotations: { b: {} } } }, 'no string'],
  ['a name that is a number', { ...good, metadata: { name: JSON.rawJSON('9007199254740993') } }, 'without a name'],
])('tells a manifest that is none by its place: %s', (_name, manifest, problem) => {
  expect(manifestsOf(workOf(good, manifest))).toEqual([good])
  expect(malformedManifests(workOf(good, manifest))).toEqual([
    expect.stringMatching(new RegExp(`^manifest 2 is no Kubernetes object: .*${problem}`)),
  ])
})
