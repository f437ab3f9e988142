import { describe, expect, it } from '@jest/globals'
import { isGenerated, newTemplateFilter, parseSkippedApis } from './skipped.ts'

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
    { group: 'cluster.karmada.io', version: 'v1alpha1', kind: 'Cluster', want: true },
    { group: 'config.karmada.io', version: 'v1alpha1', kind: 'ResourceInterpreterCustomization', want: true },
    { group: 'networking.karmada.io', version: 'v1alpha1', kind: 'MultiClusterService', want: true },
    { group: 'autoscaling.karmada.io', version: 'v1alpha1', kind: 'FederatedHPA', want: true },
    { group: 'remedy.karmada.io', version: 'v1alpha1', kind: 'Remedy', want: true },
    { group: 'apps.karmada.io', version: 'v1alpha1', kind: 'WorkloadRebalancer', want: true },
    // host-vs-dedicated.md §5: what a cluster makes for itself
    { group: '', version: 'v1', kind: 'Node', want: true },
    { group: 'apps', version: 'v1', kind: 'ControllerRevision', want: true },
    { group: 'metrics.k8s.io', version: 'v1beta1', kind: 'PodMetrics', want: true },
    { group: 'certificates.k8s.io', version: 'v1', kind: 'CertificateSigningRequest', want: true },
    { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenReview', want: true },
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
    const service = { ...configMap('default', 'kubernetes'), kind: 'Service' }
    expect(all.isSkippedObject(service)).toBe(true)
    expect(all.isSkippedObject({ ...service, kind: 'EndpointSlice', apiVersion: 'discovery.k8s.io/v1' })).toBe(true)
    expect(all.isSkippedObject(configMap('default', 'kubernetes'))).toBe(false)
    expect(all.isSkippedObject({ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' } })).toBe(true)
  })
})

describe('isGenerated (host-vs-dedicated.md §5, §2 row 4)', () => {
  const of = (type: string, metadata: { readonly [field: string]: unknown } = {}) => {
    const [apiVersion = '', kind = ''] = type.split(' ')
    return { apiVersion, kind, metadata: { name: 'x', ...metadata } }
  }
  it.each([
    {
      name: 'what has a controlling owner',
      object: of('apps/v1 ReplicaSet', { ownerReferences: [{ controller: true }] }),
    },
    { name: "the CA of the host's apiserver", object: of('v1 ConfigMap', { name: 'kube-root-ca.crt' }) },
    { name: 'the ServiceAccount of every namespace', object: of('v1 ServiceAccount', { name: 'default' }) },
    {
      name: "Helm's record of a release",
      object: { ...of('v1 Secret', { name: 'sh.helm.release.v1.shop.v1' }), type: 'helm.sh/release.v1' },
    },
    {
      name: "Helm's record of a release in a ConfigMap",
      object: of('v1 ConfigMap', { name: 'sh.helm.release.v1.shop.v1', labels: { owner: 'helm' } }),
    },
    {
      name: 'the EndpointSlice of a Service',
      object: of('discovery.k8s.io/v1 EndpointSlice', {
        labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
      }),
    },
    {
      name: 'the Endpoints of a Service',
      object: of('v1 Endpoints', { labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } }),
    },
    {
      name: 'the Endpoints of a Service before 1.33',
      object: of('v1 Endpoints', { annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': 't' } }),
    },
  ])('is $name', ({ object }) => expect(isGenerated(object)).toBe(true))

  it.each([
    { name: 'what has an owner that is no controller', object: of('apps/v1 ReplicaSet', { ownerReferences: [{}] }) },
    { name: 'what has none', object: of('apps/v1 ReplicaSet') },
    { name: 'an object of another kind with such a name', object: of('v1 Secret', { name: 'kube-root-ca.crt' }) },
    { name: 'Endpoints that somebody wrote', object: of('v1 Endpoints') },
    {
      name: 'an EndpointSlice that one of our own controllers made',
      object: of('discovery.k8s.io/v1 EndpointSlice', {
        labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.karmada.io' },
      }),
    },
  ])('is not $name', ({ object }) => expect(isGenerated(object)).toBe(false))
})
