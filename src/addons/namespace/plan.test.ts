import { describe, expect, it } from '@jest/globals'
import { workName } from '../../object/generated-names.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject, OwnerReference } from '../../object/kube-object.ts'
import { frozen } from '../../testing/frozen-object.ts'
import { type Observed, plan, renderNamespaceWork } from './plan.ts'

const namespaceOf = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject =>
  frozen({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', uid: 'n-uid', labels: { team: 'a' }, ...metadata },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
const render = (namespace: KubeObject, existing?: Work, preserved = true): Work =>
  renderNamespaceWork(
    { template: namespace, manifest: namespace, cluster: 'm1', existing, newUid: () => 'w-id' },
    preserved,
  )
const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' }
const namespace = namespaceOf()
const made = frozen(render(namespace))
const workWith = (metadata: Partial<Work['metadata']>, spec: Partial<Work['spec']> = {}): Work =>
  frozen({ ...made, metadata: { ...made.metadata, ...metadata }, spec: { ...made.spec, ...spec } })
const owner = (fields: Partial<OwnerReference>): OwnerReference[] => [
  { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'n-uid', ...fields },
]
const planned = (observed: Partial<Observed>): string => {
  const all: Observed = {
    namespace,
    existing: undefined,
    open: true,
    wanted: true,
    reserved: false,
    preserved: true,
    render: () => render(all.namespace ?? namespace, all.existing, all.preserved),
    ...observed,
  }
  return plan(all)?.type ?? 'nothing'
}

describe('the Work of a namespace in a cluster (propagation.md §10)', () => {
  it.each<{ name: string; observed: Partial<Observed>; want: string }>([
    { name: 'is made where the settings ask for one', observed: {}, want: 'createWork' },
    { name: 'is not made where they do not', observed: { wanted: false }, want: 'nothing' },
    { name: 'costs nothing when it is as it should be', observed: { existing: made }, want: 'nothing' },
    {
      name: 'follows the labels of the host',
      observed: { existing: made, namespace: namespaceOf({ labels: { team: 'b' } }) },
      want: 'updateWork',
    },
    {
      name: 'is kept up to date though none would be made any more',
      observed: { existing: made, wanted: false, namespace: namespaceOf({ labels: { team: 'b' } }) },
      want: 'updateWork',
    },
    {
      name: 'follows the setting of what becomes of the namespace in members',
      observed: { existing: made, wanted: false, preserved: false },
      want: 'updateWork',
    },
    {
      name: 'is left to the garbage collector with its namespace',
      observed: { existing: made, namespace: undefined },
      want: 'nothing',
    },
    { name: 'is not made for a namespace that goes', observed: { namespace: namespaceOf(deleting) }, want: 'nothing' },
    {
      name: 'is not made in a cluster that leaves, or is not ready for Works',
      observed: { open: false },
      want: 'nothing',
    },
    { name: 'that goes is waited for', observed: { existing: workWith(deleting) }, want: 'nothing' },
    {
      name: 'of an earlier namespace of this name is waited for',
      observed: { existing: workWith({ ownerReferences: owner({ uid: 'earlier' }) }) },
      want: 'nothing',
    },
    {
      name: 'of a binding is left to that',
      observed: { existing: workWith({ labels: { 'clusterresourcebinding.karmada.io/permanent-id': 'b' } }) },
      want: 'nothing',
    },
    {
      name: 'that nobody owns is taken over',
      observed: { existing: workWith({ ownerReferences: [] }) },
      want: 'updateWork',
    },
    {
      name: 'that nobody owns is left alone where none is wanted',
      observed: { existing: workWith({ ownerReferences: [] }), wanted: false },
      want: 'nothing',
    },
    {
      name: 'that says in another form who owns it is as it should be',
      observed: { existing: workWith({ ownerReferences: owner({ controller: true, blockOwnerDeletion: true }) }) },
      want: 'nothing',
    },
  ])('$name', ({ observed, want }) => expect(planned(observed)).toBe(want))

  const claim = {
    labels: { 'clusterpropagationpolicy.karmada.io/permanent-id': 'p' },
    annotations: { 'clusterpropagationpolicy.karmada.io/name': 'policy' },
  }
  const skipping = (value: string) => ({ labels: { 'namespace.karmada.io/skip-auto-propagation': value } })
  describe.each<{ skipped: string; observed: Partial<Observed> }>([
    { skipped: 'whose name is reserved', observed: { reserved: true } },
    { skipped: 'whose label says so', observed: { namespace: namespaceOf(skipping('true')) } },
    { skipped: 'whose label says so in capitals', observed: { namespace: namespaceOf(skipping('True')) } },
    { skipped: 'that a policy has claimed', observed: { namespace: namespaceOf(claim) } },
  ])('of a namespace $skipped', ({ observed }) => {
    it.each([
      { name: 'is not made', more: {}, want: 'nothing' },
      { name: 'that is there stays as it is', more: { existing: made }, want: 'nothing' },
      {
        name: 'that is there never deletes more than it may',
        more: { existing: made, preserved: false },
        want: 'updateWork',
      },
    ])('$name', ({ more, want }) => expect(planned({ ...observed, ...more })).toBe(want))
  })

  it('is made although the label says that it is not skipped', () =>
    expect(planned({ namespace: namespaceOf(skipping('false')) })).toBe('createWork'))

  it('is changed in nothing else when only the setting changed for a namespace that is skipped', () => {
    const render = (): Work => {
      throw new Error('not asked for')
    }
    const skipped = { namespace, existing: made, open: true, wanted: true, reserved: true, preserved: false, render }
    expect(plan(skipped)).toEqual({
      type: 'updateWork',
      work: { ...made, spec: { ...made.spec, preserveResourcesOnDeletion: false } },
    })
  })
})

describe('what the Work of a namespace is', () => {
  it('has the namespace for owner, no label of a binding, and no word on conflicts', () => {
    expect(made.metadata).toEqual({
      name: workName({ kind: 'Namespace', name: 'shop' }),
      namespace: 'karmada-es-m1',
      finalizers: ['karmada.io/execution-controller'],
      ownerReferences: owner({ controller: true }),
      labels: { 'work.karmada.io/permanent-id': 'w-id' },
      annotations: {},
    })
  })

  it('carries the namespace without what belongs to the host, marked as ours', () => {
    const [manifest] = made.spec.workload?.manifests ?? []
    expect(manifest).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'shop',
        labels: { team: 'a', 'karmada.io/managed': 'true', 'work.karmada.io/permanent-id': 'w-id' },
        annotations: expect.objectContaining({
          'resourcetemplate.karmada.io/uid': 'n-uid',
          'work.karmada.io/namespace': 'karmada-es-m1',
          'work.karmada.io/name': made.metadata.name,
        }),
      },
      spec: { finalizers: ['kubernetes'] },
    })
    expect(made.spec).toMatchObject({ suspendDispatching: false, preserveResourcesOnDeletion: true })
  })

  it('keeps owners that others gave it', () => {
    const others = owner({ kind: 'ConfigMap', uid: 'other' })
    const { metadata } = render(namespace, workWith({ ownerReferences: others }))
    expect(metadata.ownerReferences?.map(({ uid }) => uid)).toEqual(['other', 'n-uid'])
  })
})
