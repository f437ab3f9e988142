import { describe, expect, it } from '@jest/globals'
import type { Work } from '../../object/karmada-objects.ts'
import { carriedNamespaceOf, namespaceWorkName, targetNamespacesOf } from './target-namespaces.ts'

const configMap = (namespace: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace } })
const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }
const workOf = (manifests: readonly object[], name = 'any', namespace = 'karmada-es-m1'): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name, namespace },
  spec: { workload: { manifests } } as Work['spec'],
})

describe('the namespaces that a Work puts something into', () => {
  it.each([
    {
      name: 'are those of its manifests, each once',
      work: workOf([configMap('a'), configMap('b'), configMap('a')]),
      want: ['m1/a', 'm1/b'],
    },
    { name: 'are none when it carries a namespace as such', work: workOf([shop]), want: [] },
    { name: 'are none outside of execution namespaces', work: workOf([configMap('a')], 'any', 'default'), want: [] },
    { name: 'are none without manifests', work: workOf([]), want: [] },
  ])('$name', ({ work, want }) => expect(targetNamespacesOf(work)).toEqual(want))
})

describe('the namespace that a Work carries', () => {
  const name = namespaceWorkName('shop')
  it.each([
    { name: 'is known by manifest and name', work: workOf([shop], name), want: ['m1/shop'] },
    { name: 'is none under another name', work: workOf([shop], 'shop'), want: [] },
    { name: 'is none when the manifest is another kind', work: workOf([configMap('shop')], name), want: [] },
    { name: 'is none outside of execution namespaces', work: workOf([shop], name, 'default'), want: [] },
  ])('$name', ({ work, want }) => expect(carriedNamespaceOf(work)).toEqual(want))
})
