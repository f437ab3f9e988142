import { describe, expect, it } from '@jest/globals'
import { ANNOTATION } from '../api/names.ts'
import type { Work } from '../object/karmada-objects.ts'
import { formatKey, type ObjectKey } from '../object/object-key.ts'
import { a } from '../testing/builders.ts'
import { sentManifest } from './sent-manifest.ts'

const manifest = a.configMap({ name: 'settings', namespace: 'shop' })
const work: Work = {
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'w', namespace: 'karmada-es-m1' },
  spec: { workload: { manifests: [a.configMap({ name: 'other', namespace: 'shop' }), manifest] } },
}
const works = { get: (key: ObjectKey) => (formatKey(key) === 'karmada-es-m1/w' ? work : undefined) }
const names = { [ANNOTATION.workNamespace]: 'karmada-es-m1', [ANNOTATION.workName]: 'w' }

describe('sentManifest', () => {
  it('is that of the Work which the object names', () => {
    expect(sentManifest(works, a.configMap({ name: 'settings', namespace: 'shop', annotations: names }))).toBe(manifest)
  })

  it.each([
    { name: 'names no Work', annotations: {}, object: 'settings' },
    { name: 'names one that is not known', annotations: { ...names, [ANNOTATION.workName]: 'x' }, object: 'settings' },
    { name: 'is not in the Work that it names', annotations: names, object: 'third' },
  ])('is none of an object that $name', ({ annotations, object }) => {
    expect(sentManifest(works, a.configMap({ name: object, namespace: 'shop', annotations }))).toBeUndefined()
  })
})
