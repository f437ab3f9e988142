import { describe, expect, it } from '@jest/globals'
import type { ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import { CLUSTER_RESOURCE_BINDING, RESOURCE_BINDING } from '../api/kinds.ts'
import { stringsAt } from '../object/field.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { frozen, frozenObject } from '../testing/frozen-object.ts'
import { isWorkload, renderWork, type WorkInput } from './render-work.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'nginx' }
const bindingOf = (spec: Partial<ResourceBindingSpec> = {}): Binding =>
  frozen({
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: {
      name: 'nginx-deployment',
      namespace: 'default',
      labels: { [RESOURCE_BINDING.permanentIdLabel]: 'b-id' },
    },
    spec: { resource, ...spec },
  })
const template = frozenObject('apps/v1 Deployment', {
  metadata: {
    uid: 't-uid',
    resourceVersion: '5',
    generation: 2,
    labels: { app: 'nginx', 'propagationpolicy.karmada.io/permanent-id': 'p-id' },
    annotations: { note: 'x', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  },
  spec: { replicas: 2 },
  status: { replicas: 2 },
})
const render = (input: Partial<WorkInput> = {}): Work =>
  renderWork({
    binding: bindingOf(),
    bindingKind: RESOURCE_BINDING,
    template,
    manifest: template,
    cluster: 'member1',
    newUid: () => 'w-id',
    ...input,
  })
const manifestOf = (work: Work) => work.spec.workload?.manifests?.[0]
const textOf = (work: Work, field: 'labels' | 'annotations') => stringsAt(manifestOf(work), 'metadata', field)

describe('a Work (propagation.md §8.1)', () => {
  it('is in the namespace of its cluster, with the name, labels, annotations and finalizer of the contract', () => {
    const { apiVersion, kind, metadata } = render()
    expect({ apiVersion, kind, metadata }).toEqual({
      apiVersion: 'work.karmada.io/v1alpha1',
      kind: 'Work',
      metadata: {
        name: 'nginx-687f7fb96f',
        namespace: 'karmada-es-member1',
        finalizers: ['karmada.io/execution-controller'],
        labels: { 'resourcebinding.karmada.io/permanent-id': 'b-id', 'work.karmada.io/permanent-id': 'w-id' },
        annotations: {
          'resourcebinding.karmada.io/namespace': 'default',
          'resourcebinding.karmada.io/name': 'nginx-deployment',
          'work.karmada.io/conflict-resolution': 'abort',
        },
      },
    })
  })

  it('of a ClusterResourceBinding names that', () => {
    const labels = { [CLUSTER_RESOURCE_BINDING.permanentIdLabel]: 'b-id' }
    const binding: Binding = { ...bindingOf(), metadata: { name: 'foo-clusterrole', labels } }
    const manifest: KubeObject = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'system:controller:foo' },
    }
    const { metadata } = render({ binding, bindingKind: CLUSTER_RESOURCE_BINDING, manifest, template: manifest })
    expect(metadata).toMatchObject({
      name: 'system.controller.foo-77f96cf7cf',
      labels: { 'clusterresourcebinding.karmada.io/permanent-id': 'b-id' },
      annotations: { 'clusterresourcebinding.karmada.io/name': 'foo-clusterrole' },
    })
    expect(metadata.annotations).not.toHaveProperty('resourcebinding.karmada.io/name')
  })

  it.each<{ name: string; spec: Partial<ResourceBindingSpec>; suspended: boolean; preserved: boolean }>([
    { name: 'by default', spec: {}, suspended: false, preserved: false },
    { name: 'suspended everywhere', spec: { suspension: { dispatching: true } }, suspended: true, preserved: false },
    {
      name: 'suspended here',
      spec: { suspension: { dispatchingOnClusters: { clusterNames: ['member1'] } } },
      suspended: true,
      preserved: false,
    },
    {
      name: 'suspended elsewhere',
      spec: { suspension: { dispatchingOnClusters: { clusterNames: ['x'] } } },
      suspended: false,
      preserved: false,
    },
    {
      name: 'with scheduling suspended',
      spec: { suspension: { scheduling: true } },
      suspended: false,
      preserved: false,
    },
    { name: 'preserved', spec: { preserveResourcesOnDeletion: true }, suspended: false, preserved: true },
  ])('is dispatched and preserved as the binding says: $name', ({ spec, suspended, preserved }) =>
    expect(render({ binding: bindingOf(spec) }).spec).toMatchObject({
      suspendDispatching: suspended,
      preserveResourcesOnDeletion: preserved,
    }),
  )

  it('carries what overrode it', () => {
    const work = render({ appliedOverrides: '[1]', appliedClusterOverrides: '[2]' })
    expect(work.metadata.annotations).toMatchObject({
      'policy.karmada.io/applied-overrides': '[1]',
      'policy.karmada.io/applied-cluster-overrides': '[2]',
    })
    const again = render({ existing: frozen(work), appliedOverrides: '[3]' }).metadata.annotations
    expect(again).toMatchObject({ 'policy.karmada.io/applied-overrides': '[3]' })
    expect(again).not.toHaveProperty(['policy.karmada.io/applied-cluster-overrides'])
  })

  it('waits for the permanent-id of its binding', () => {
    const binding: Binding = { ...bindingOf(), metadata: { name: 'x', namespace: 'default' } }
    expect(() => render({ binding })).toThrow('has no permanent-id')
  })
})

describe('conflict resolution (propagation.md §8.1)', () => {
  const annotated = (value?: string) =>
    frozenObject(
      'apps/v1 Deployment',
      value === undefined ? {} : { metadata: { annotations: { 'work.karmada.io/conflict-resolution': value } } },
    )
  it.each<{ own?: string; policy?: 'Abort' | 'Overwrite'; want: string }>([
    { want: 'abort' },
    { policy: 'Abort', want: 'abort' },
    { policy: 'Overwrite', want: 'overwrite' },
    { own: 'overwrite', policy: 'Abort', want: 'overwrite' },
    { own: 'abort', policy: 'Overwrite', want: 'abort' },
    { own: 'Overwrite', policy: 'Abort', want: 'abort' },
    { own: '', policy: 'Overwrite', want: 'overwrite' },
  ])('object $own, policy $policy: $want', ({ own, policy, want }) => {
    const work = render({ binding: bindingOf(policy && { conflictResolution: policy }), manifest: annotated(own) })
    expect(work.metadata.annotations?.['work.karmada.io/conflict-resolution']).toBe(want)
    expect(textOf(work, 'annotations')['work.karmada.io/conflict-resolution']).toBe(want)
  })
})

describe('the manifest in a Work (propagation.md §8.2)', () => {
  it('is pruned and carries exactly the metadata of the contract', () => {
    expect(manifestOf(render())).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'nginx',
        namespace: 'default',
        labels: {
          app: 'nginx',
          'karmada.io/managed': 'true',
          'propagationpolicy.karmada.io/permanent-id': 'p-id',
          'resourcebinding.karmada.io/permanent-id': 'b-id',
          'work.karmada.io/permanent-id': 'w-id',
        },
        annotations: {
          note: 'x',
          'resourcebinding.karmada.io/name': 'nginx-deployment',
          'resourcebinding.karmada.io/namespace': 'default',
          'resourcetemplate.karmada.io/generation': '2',
          'resourcetemplate.karmada.io/managed-annotations': [
            'note',
            'resourcebinding.karmada.io/name',
            'resourcebinding.karmada.io/namespace',
            'resourcetemplate.karmada.io/generation',
            'resourcetemplate.karmada.io/managed-annotations',
            'resourcetemplate.karmada.io/managed-labels',
            'resourcetemplate.karmada.io/uid',
            'work.karmada.io/conflict-resolution',
            'work.karmada.io/name',
            'work.karmada.io/namespace',
          ].join(','),
          'resourcetemplate.karmada.io/managed-labels': [
            'app',
            'karmada.io/managed',
            'propagationpolicy.karmada.io/permanent-id',
            'resourcebinding.karmada.io/permanent-id',
            'work.karmada.io/permanent-id',
          ].join(','),
          'resourcetemplate.karmada.io/uid': 't-uid',
          'work.karmada.io/conflict-resolution': 'abort',
          'work.karmada.io/name': 'nginx-687f7fb96f',
          'work.karmada.io/namespace': 'karmada-es-member1',
        },
      },
      spec: { replicas: 2 },
    })
  })

  it('has no generation annotation for a kind without generations, and an empty uid where there is none', () => {
    const configMap = frozenObject('v1 ConfigMap')
    const annotations = textOf(render({ template: configMap, manifest: configMap }), 'annotations')
    expect(annotations).not.toHaveProperty('resourcetemplate.karmada.io/generation')
    expect(annotations['resourcetemplate.karmada.io/uid']).toBe('')
  })

  it('takes the name of the manifest after overrides, and the identity of the template', () => {
    const manifest = frozenObject('apps/v1 Deployment', {
      metadata: { uid: 'other', labels: { a: 'b' } },
      spec: { replicas: 9 },
    })
    const work = render({ manifest })
    expect(textOf(work, 'annotations')['resourcetemplate.karmada.io/uid']).toBe('t-uid')
    expect(manifestOf(work)?.['spec']).toEqual({ replicas: 9 })
  })

  it('is not misled by records in an exported template', () => {
    const annotations = { 'resourcetemplate.karmada.io/managed-labels': 'stale', 'work.karmada.io/name': 'stale' }
    const labels = { 'work.karmada.io/permanent-id': 'stale' }
    const work = render({ manifest: frozenObject('apps/v1 Deployment', { metadata: { annotations, labels } }) })
    expect(textOf(work, 'labels')['work.karmada.io/permanent-id']).toBe('w-id')
    expect(JSON.stringify(manifestOf(work))).not.toContain('stale')
  })
})

describe('a Work that is there', () => {
  const existing = frozen({
    ...render(),
    metadata: {
      ...render().metadata,
      uid: 'w-uid',
      resourceVersion: '3',
      labels: { ...render().metadata.labels, 'work.karmada.io/permanent-id': 'old-id', foreign: 'l' },
      annotations: {
        ...render().metadata.annotations,
        foreign: 'a',
        'work.karmada.io/conflict-resolution': 'overwrite',
      },
      finalizers: ['foreign/f'],
    },
    status: { conditions: [] },
  })
  it('keeps its id, version, status and foreign metadata; ours wins', () => {
    const { metadata, status } = render({ existing })
    expect(status).toEqual({ conditions: [] })
    expect(metadata).toMatchObject({
      uid: 'w-uid',
      resourceVersion: '3',
      finalizers: ['foreign/f', 'karmada.io/execution-controller'],
    })
    expect(metadata.labels).toMatchObject({ foreign: 'l', 'work.karmada.io/permanent-id': 'old-id' })
    expect(metadata.annotations).toMatchObject({ foreign: 'a', 'work.karmada.io/conflict-resolution': 'abort' })
    expect(textOf(render({ existing }), 'labels')['work.karmada.io/permanent-id']).toBe('old-id')
  })
  it('comes out equal when nothing changed', () => {
    const settled = frozen(render({ existing }))
    expect(render({ existing: settled })).toEqual(settled)
  })
})

it.each<{ spec: Partial<ResourceBindingSpec>; want: boolean }>([
  { spec: {}, want: false },
  { spec: { replicas: 0 }, want: false },
  { spec: { replicas: 1 }, want: true },
  { spec: { replicaRequirements: {} }, want: true },
  { spec: { components: [{ name: 'a', replicas: 1 }] }, want: true },
])('a binding with $spec is a workload: $want', ({ spec, want }) => expect(isWorkload(bindingOf(spec))).toBe(want))
