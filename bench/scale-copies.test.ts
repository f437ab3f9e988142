import { describe, expect, it } from '@jest/globals'
import { digestOf } from '../src/object/digest.ts'
import { workName } from '../src/object/generated-names.ts'
import { templateDigest } from '../src/rendering/template-digest.ts'
import { newCopier, type Sample, sharesOf } from './scale-copies.ts'

const POLICY = '99999999-0000-4000-8000-000000000000'
const uid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`

function newSample(change: { readonly digest?: string } = {}): Sample {
  const name = 'sample-config-map'
  const labels = { policy: POLICY }
  const template = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', uid: uid(1), labels },
    data: { a: name },
  }
  const manifest = { ...template, metadata: { name, namespace: 'shop', annotations: { template: uid(1) } } }
  const work = workName({ kind: 'ConfigMap', namespace: 'shop', name })
  const entry = (key: string, value: object) => ({ key, value: JSON.stringify(value) })
  return {
    ...{ kind: 'ConfigMap', namespace: 'shop', name },
    template: entry(`/host/configmaps/shop/${name}`, template),
    binding: entry(`/host/bindings/shop/${name}-configmap`, {
      digest: change.digest ?? templateDigest(template),
      uid: uid(2),
    }),
    works: [
      entry(`/host/works/karmada-es-c1/${work}`, {
        metadata: { name: work, uid: uid(3) },
        spec: { workload: { manifests: [manifest] } },
      }),
    ],
    objects: [
      entry(`/m/configmaps/shop/${name}`, {
        ...manifest,
        metadata: { ...manifest.metadata, applied: digestOf(manifest), work },
      }),
    ],
  }
}

describe('copies of a sample', () => {
  const [template, binding, work, object] = newCopier(newSample(), new Set([POLICY])).all(10)

  it('have names of their own, in keys as well', () => {
    const name = workName({ kind: 'ConfigMap', namespace: 'shop', name: 'copy-00000010' })
    expect([template, binding, work, object].map(entry => entry?.key)).toEqual([
      '/host/configmaps/shop/copy-00000010',
      '/host/bindings/shop/copy-00000010-configmap',
      `/host/works/karmada-es-c1/${name}`,
      '/m/configmaps/shop/copy-00000010',
    ])
    expect(JSON.parse(object?.value ?? '')).toMatchObject({ metadata: { work: name } })
  })

  it('have UIDs of their own, the same wherever they stand, and their policy in common', () => {
    const copied = `${uid(1).slice(0, -8)}0000000a`
    expect(JSON.parse(template?.value ?? '').metadata).toMatchObject({ uid: copied, labels: { policy: POLICY } })
    expect(JSON.parse(object?.value ?? '').metadata.annotations.template).toBe(copied)
  })

  it('have digests of what they hold', () => {
    expect(JSON.parse(binding?.value ?? '').digest).toBe(templateDigest(JSON.parse(template?.value ?? '')))
    const [manifest] = JSON.parse(work?.value ?? '').spec.workload.manifests
    expect(JSON.parse(object?.value ?? '').metadata.applied).toBe(digestOf(manifest))
  })

  it('are not made of a sample whose digest is another one', () => {
    expect(() => newCopier(newSample({ digest: 'x' }), new Set())).toThrow('digest of the template')
  })
})

describe('sharesOf', () => {
  it('counts bytes of keys and values, and of parts', () => {
    const value = JSON.stringify({ kind: 'Work', metadata: { labels: { a: 'b' } }, spec: { workload: {} }, status: {} })
    expect(sharesOf([{ key: '/k', value }])).toEqual({
      bytes: value.length + 2,
      managedFields: 0,
      status: 2,
      manifests: 2,
      annotations: 0,
      labels: 9,
    })
  })
})
