import { describe, expect, it } from '@jest/globals'
import { isGeneratedChild, newTemplateFilter, parseSkippedApis } from './skipped.ts'

describe('parseSkippedApis (propagation.md §1)', () => {
  it('reads every form of token', () => {
    expect(parseSkippedApis('metrics.k8s.io; apps/v1 ;batch/v1/Job,CronJob;v1/Event,Endpoints;')).toEqual({
      groups: new Set(['metrics.k8s.io']),
      groupVersions: new Set(['apps/v1']),
      kinds: new Set(['batch/v1/Job', 'batch/v1/CronJob', 'v1/Event', 'v1/Endpoints']),
    })
  })
  it.each(['a/b/c/d', '/v1', 'apps/', 'a//b'])('refuses %j', token => {
    expect(() => parseSkippedApis(token)).toThrow(`"${token}"`)
  })
})

describe('newTemplateFilter', () => {
  const filter = newTemplateFilter()
  it.each([
    { group: 'policy.karmada.io', version: 'v1alpha1', kind: 'PropagationPolicy', want: true },
    { group: 'work.karmada.io', version: 'v1alpha2', kind: 'ResourceBinding', want: true },
    { group: 'events.k8s.io', version: 'v1', kind: 'Event', want: true },
    { group: '', version: 'v1', kind: 'Event', want: true },
    { group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', want: true },
    { group: 'coordination.k8s.io', version: 'v1beta1', kind: 'Lease', want: false },
    { group: 'multicluster.x-k8s.io', version: 'v1alpha1', kind: 'ServiceExport', want: false },
    { group: 'apps', version: 'v1', kind: 'Deployment', want: false },
    { group: '', version: 'v1', kind: 'event', want: false },
  ])('$group/$version $kind is skipped by default: $want', ({ want, ...gvk }) => {
    expect(filter.isSkippedKind(gvk)).toBe(want)
  })

  it('adds the flag to the built-in list', () => {
    const own = newTemplateFilter({ skippedApis: 'apps/v1/Deployment' })
    expect(own.isSkippedKind({ group: 'apps', version: 'v1', kind: 'Deployment' })).toBe(true)
    expect(own.isSkippedKind({ group: 'policy.karmada.io', version: 'v1alpha1', kind: 'PropagationPolicy' })).toBe(true)
  })

  it.each([
    { namespace: 'karmada-system', want: true },
    { namespace: 'karmada-cluster', want: true },
    { namespace: 'karmada-es-member1', want: true },
    { namespace: 'kube-system', want: true },
    { namespace: 'my-kube-system', want: false },
    { namespace: 'default', want: false },
    { namespace: '', want: false },
  ])('namespace "$namespace" is skipped by default: $want', ({ namespace, want }) => {
    expect(filter.isSkippedNamespace(namespace)).toBe(want)
  })

  it('takes patterns for whole names in place of the default', () => {
    const own = newTemplateFilter({ skippedNamespaces: ['team-a|team-b'] })
    expect(['team-a', 'team-b', 'team-ab', 'kube-system'].map(own.isSkippedNamespace)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('skips an object for its kind, its namespace, or as the authentication config of an apiserver', () => {
    const all = newTemplateFilter({ skippedNamespaces: [] })
    const configMap = (namespace: string, name: string) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace, name },
    })
    expect(all.isSkippedObject(configMap('kube-system', 'extension-apiserver-authentication'))).toBe(true)
    expect(all.isSkippedObject(configMap('kube-system', 'other'))).toBe(false)
    expect(all.isSkippedObject(configMap('karmada-es-m', 'c'))).toBe(true)
    expect(all.isSkippedObject({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' } })).toBe(true)
  })
})

describe('isGeneratedChild', () => {
  it('is what has a controlling owner', () => {
    expect(isGeneratedChild({ metadata: { name: 'rs', ownerReferences: [{ controller: true }] } })).toBe(true)
    expect(isGeneratedChild({ metadata: { name: 'rs', ownerReferences: [{}] } })).toBe(false)
    expect(isGeneratedChild({ metadata: { name: 'rs' } })).toBe(false)
  })
})
