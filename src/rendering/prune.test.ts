import { describe, expect, it } from '@jest/globals'
import { frozen, frozenObject } from '../testing/frozen-object.ts'
import { prune } from './prune.ts'

describe('what every object loses (propagation.md §8.3)', () => {
  const object = frozenObject('example.com/v1 Widget', {
    metadata: {
      uid: 'u',
      resourceVersion: '7',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      deletionTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [],
      finalizers: ['f'],
      ownerReferences: [],
      labels: { app: 'x' },
      annotations: { note: 'y' },
      ...{ deletionGracePeriodSeconds: 0, selfLink: '/x' },
    },
    spec: { a: 1 },
    status: { ready: true },
  })
  it('is what belongs to its life on the host', () =>
    expect(prune(object)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'nginx', namespace: 'default', labels: { app: 'x' }, annotations: { note: 'y' } },
      spec: { a: 1 },
    }))
})

it('gives the same object when there is nothing to take', () => {
  const clean = frozenObject('v1 ConfigMap', { metadata: { labels: { a: 'b' } }, data: { x: 'y' } })
  expect(prune(clean)).toBe(clean)
})

it('lets a __proto__ key of a ConfigMap through', () => {
  const text =
    '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","uid":"u"},"data":{"__proto__":"x","b":"y"}}'
  expect(JSON.stringify(prune(JSON.parse(text)))).toBe(text.replace(',"uid":"u"', ''))
})

describe('metadata that stays on the host (rule of writing 10)', () => {
  const key = {
    labels: { 'kustomize.toolkit.fluxcd.io/name': 'x' },
    annotations: { 'argocd.argoproj.io/tracking-id': 'x' },
  }
  it.each([
    'kubectl.kubernetes.io/last-applied-configuration',
    'argocd.argoproj.io/tracking-id',
    'argocd.argoproj.io/instance',
    'kustomize.toolkit.fluxcd.io/name',
    'kustomize.toolkit.fluxcd.io/namespace',
    'helm.toolkit.fluxcd.io/name',
    'helm.toolkit.fluxcd.io/namespace',
    'flotilla.dev/applied-digest',
    'flotilla.dev/in-use',
    'flotilla.dev/parked',
    'flotilla.dev/parked-fields',
  ])('%s', name => {
    const metadata = { labels: { [name]: 'x', app: 'a' }, annotations: { [name]: 'x', note: 'b' } }
    expect(prune(frozenObject('v1 ConfigMap', { metadata })).metadata).toMatchObject({
      labels: { app: 'a' },
      annotations: { note: 'b' },
    })
  })
  it.each([
    'app.kubernetes.io/instance',
    'meta.helm.sh/release-name',
    'flotilla.dev/drift',
    'argocd.argoproj.io/sync-wave',
  ])('not %s', name => {
    const annotated = frozenObject('v1 ConfigMap', { metadata: { annotations: { [name]: 'x' } } })
    expect(prune(annotated)).toBe(annotated)
  })
  it('is a list that can be set', () => {
    const pruned = prune(frozenObject('v1 ConfigMap', { metadata: key }), ['kustomize.toolkit.fluxcd.io/name'])
    expect(pruned.metadata).toMatchObject({ labels: {}, annotations: key.annotations })
  })
})

describe('what single kinds lose (propagation.md §8.3)', () => {
  const annotated = (type: string, annotations: Record<string, string>, fields = {}) =>
    frozenObject(type, { metadata: { annotations }, ...fields })

  it('Deployment: its revision', () => {
    const annotations = {
      'deployment.kubernetes.io/revision': '1',
      'deployment.kubernetes.io/revision-history': '1,2',
      a: 'b',
    }
    expect(prune(annotated('apps/v1 Deployment', annotations)).metadata.annotations).toEqual({ a: 'b' })
  })

  const uids = { 'controller-uid': 'u', 'batch.kubernetes.io/controller-uid': 'u' }
  const names = { 'job-name': 'j', 'batch.kubernetes.io/job-name': 'j' }
  const jobSpec = {
    ttlSecondsAfterFinished: 60,
    selector: { matchLabels: { ...uids, own: 'x' } },
    template: { metadata: { labels: { ...uids, ...names, app: 'x' } } },
  }
  it('Job: its time to live and generated labels', () =>
    expect(prune(frozenObject('batch/v1 Job', { spec: jobSpec }))['spec']).toEqual({
      selector: { matchLabels: { own: 'x' } },
      template: { metadata: { labels: { app: 'x' } } },
    }))
  it('Job: the generated labels leave empty maps behind', () => {
    const spec = { selector: { matchLabels: uids }, template: { metadata: { labels: { ...uids, ...names } } } }
    expect(prune(frozenObject('batch/v1 Job', { spec }))['spec']).toEqual({
      selector: { matchLabels: {} },
      template: { metadata: { labels: {} } },
    })
  })
  it('Job: only its time to live when the user chose the selector', () => {
    const { ttlSecondsAfterFinished: _ttl, ...kept } = jobSpec
    const spec = { ...jobSpec, manualSelector: true }
    expect(prune(frozenObject('batch/v1 Job', { spec }))['spec']).toEqual({ ...kept, manualSelector: true })
  })

  const token = { 'kubernetes.io/service-account.uid': 'u', 'kubernetes.io/service-account.name': 'a' }
  it("Secret with a ServiceAccount token: its data and the account's uid", () => {
    const secret = annotated('v1 Secret', token, { type: 'kubernetes.io/service-account-token', data: { token: 'x' } })
    expect(prune(secret)).toMatchObject({
      data: null,
      metadata: { annotations: { 'kubernetes.io/service-account.name': 'a' } },
    })
    expect(prune(secret).metadata.annotations).toEqual({ 'kubernetes.io/service-account.name': 'a' })
  })
  it('Secret of any other type: nothing', () => {
    const secret = annotated('v1 Secret', token, { type: 'Opaque', data: { token: 'x' } })
    expect(prune(secret)).toBe(secret)
  })

  it('ServiceAccount: references to its generated tokens', () => {
    const secrets = [{ name: 'nginx-token-abc' }, { name: 'other-token-abc' }, { name: 'nginx-dockercfg' }]
    expect(prune(frozenObject('v1 ServiceAccount', { secrets }))['secrets']).toEqual(secrets.slice(1))
  })

  it.each([
    {
      name: 'its addresses',
      spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], type: 'ClusterIP' },
      want: { type: 'ClusterIP' },
    },
    {
      name: 'nothing when it is headless',
      spec: { clusterIP: 'None', clusterIPs: ['None'] },
      want: { clusterIP: 'None', clusterIPs: ['None'] },
    },
    { name: 'nothing without an address', spec: { type: 'ExternalName' }, want: { type: 'ExternalName' } },
  ])('Service: $name', ({ spec, want }) => expect(prune(frozenObject('v1 Service', { spec }))['spec']).toEqual(want))

  it('PersistentVolumeClaim: the node that was chosen for it', () => {
    const annotations = { 'volume.kubernetes.io/selected-node': 'n', a: 'b' }
    expect(prune(annotated('v1 PersistentVolumeClaim', annotations)).metadata.annotations).toEqual({ a: 'b' })
  })

  it('DaemonSet: the generation of its template, which each apiserver counts', () => {
    const annotations = { 'deprecated.daemonset.template.generation': '4', a: 'b' }
    expect(prune(annotated('apps/v1 DaemonSet', annotations)).metadata.annotations).toEqual({ a: 'b' })
  })

  it('goes by the word of the kind, whatever its group', () => {
    const spec = { clusterIP: '10.0.0.1' }
    expect(prune(frozenObject('serving.example.com/v1 Service', { spec }))['spec']).toEqual({})
  })
})

it.each([
  frozenObject('batch/v1 Job', {
    spec: { ttlSecondsAfterFinished: 1, selector: { matchLabels: { 'controller-uid': 'u' } } },
  }),
  frozenObject('v1 Secret', { type: 'kubernetes.io/service-account-token', data: { a: 'b' }, status: {} }),
  frozenObject('v1 Pod', {
    spec: { priority: 0, serviceAccount: 'default', volumes: [{ name: 'kube-api-access-x', projected: {} }] },
  }),
  frozenObject('v1 PersistentVolume', { spec: { claimRef: { name: 'c', uid: 'u' } } }),
  frozenObject('v1 Service', { spec: { clusterIP: '1.1.1.1' }, metadata: { uid: 'u' } }),
])('is idempotent: $kind', object => {
  const once = frozen(prune(object))
  expect(prune(once)).toBe(once)
})
