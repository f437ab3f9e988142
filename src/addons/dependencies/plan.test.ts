import { describe, expect, it } from '@jest/globals'
import type { Dependency } from '../../interpreter/pod-dependencies.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { type Action, plan, withinNamespace } from './plan.ts'

const FINALIZER = 'karmada.io/binding-dependencies-distributor'
const RECORD = 'resourcebinding.karmada.io/dependencies'
const clusters = [{ name: 'member1', replicas: 2 }, { name: 'member2' }]

function dependent(name: string, spec: Partial<Binding['spec']> = {}): Binding {
  return {
    apiVersion: 'work.karmada.io/v1alpha2',
    kind: 'ResourceBinding',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-of-${name}`,
      resourceVersion: '7',
      labels: { 'resourcebinding.karmada.io/permanent-id': `id-of-${name}` },
      finalizers: ['karmada.io/binding-controller'],
    },
    spec: {
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'nginx' },
      propagateDeps: true,
      clusters,
      conflictResolution: 'Abort',
      ...spec,
    },
  }
}

const nginx = dependent('nginx-deployment')
const configMap: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'default', uid: 'uid-of-settings', resourceVersion: '3' },
  data: { a: 'b' },
}
const dependency: Dependency = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' }
const LABEL = 'resourcebinding.karmada.io/depended-by-5bdc5c4dcf'

interface Situation {
  readonly binding?: Binding
  readonly existing?: Binding | undefined
  readonly attached?: readonly Binding[]
  readonly others?: readonly Binding[]
  readonly wanted?: boolean
  readonly mayBeWanted?: boolean
  readonly dependencies?: readonly Dependency[]
}

function decide(situation: Situation): readonly Action[] {
  const { binding = nginx, existing, attached = [], others = [], wanted = true, mayBeWanted = false } = situation
  const { dependencies = [dependency] } = situation
  return plan({
    binding,
    attached,
    wanted: wanted
      ? {
          dependencies,
          objects: dependencies.length === 0 ? [] : [{ object: configMap, existing }],
          mayBeWanted: () => mayBeWanted,
        }
      : undefined,
    bindingOf: ({ name }) => [nginx, ...others].find(({ metadata }) => metadata.name === name),
    newUid: () => 'new-id',
  })
}

/** The binding of the ConfigMap as a first run leaves it. */
function attachedBinding(situation: Situation = {}): Binding {
  const [binding] = decide(situation).flatMap(action => ('binding' in action ? [action.binding] : []))
  if (binding === undefined) throw new Error('nothing is attached')
  return { ...binding, metadata: { ...binding.metadata, uid: 'uid-of-attached' } }
}

describe('what a template names', () => {
  const template = { metadata: { name: 'nginx', namespace: 'default' } }
  const secret = (more: object): Dependency => ({ apiVersion: 'v1', kind: 'Secret', name: 'keys', ...more })

  it.each([
    ['of its own namespace goes along', secret({ namespace: 'default' }), true],
    ['without a namespace is meant in its own', secret({}), true],
    ['of another namespace stays', secret({ namespace: 'kube-system' }), false],
    ['that has no namespace stays', { ...secret({ namespace: '' }), kind: 'ClusterRole' }, false],
  ])('%s', (_, named, goes) => {
    expect(withinNamespace([named], template, nginx)).toEqual(goes ? [named] : [])
  })
})

describe('a binding that takes dependencies along', () => {
  it('records them, and makes a binding for each', () => {
    const [record, create, ...more] = decide({})
    expect(more).toEqual([])
    expect(record).toEqual({
      type: 'record',
      body: {
        metadata: {
          resourceVersion: '7',
          finalizers: ['karmada.io/binding-controller', FINALIZER],
          annotations: { [RECORD]: JSON.stringify([dependency]) },
        },
      },
    })
    expect(create).toMatchObject({
      type: 'create',
      disagreed: false,
      binding: {
        kind: 'ResourceBinding',
        metadata: {
          name: 'settings-configmap',
          namespace: 'default',
          labels: { 'resourcebinding.karmada.io/permanent-id': 'new-id', [LABEL]: 'id-of-nginx-deployment' },
          finalizers: ['karmada.io/binding-controller'],
          ownerReferences: [{ kind: 'ConfigMap', name: 'settings', uid: 'uid-of-settings', controller: true }],
        },
        spec: {
          resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', resourceVersion: '3' },
          requiredBy: [{ namespace: 'default', name: 'nginx-deployment', clusters }],
          conflictResolution: 'Abort',
        },
      },
    })
  })

  it('writes nothing when all is said', () => {
    const { metadata } = nginx
    const annotations = { [RECORD]: JSON.stringify([dependency]) }
    const binding = { ...nginx, metadata: { ...metadata, annotations, finalizers: [FINALIZER] } }
    expect(decide({ binding, existing: attachedBinding() })).toEqual([])
  })

  it('follows its own clusters', () => {
    const moved = dependent('nginx-deployment', { clusters: [{ name: 'member3' }] })
    expect(attachedBinding({ binding: moved, existing: attachedBinding() }).spec.requiredBy).toEqual([
      { namespace: 'default', name: 'nginx-deployment', clusters: [{ name: 'member3' }] },
    ])
  })

  it('leaves what a policy said of the object alone', () => {
    const placed = dependent('settings-configmap', { placement: {}, clusters: [{ name: 'member9' }] })
    const { spec, metadata } = attachedBinding({ existing: placed })
    expect(spec).toEqual({
      ...placed.spec,
      requiredBy: [{ namespace: 'default', name: 'nginx-deployment', clusters }],
    })
    expect(metadata.labels).toEqual({ ...placed.metadata.labels, [LABEL]: 'id-of-nginx-deployment' })
  })
})

describe('an object that two workloads need', () => {
  const other = dependent('other-deployment', { conflictResolution: 'Overwrite', preserveResourcesOnDeletion: true })
  const both = attachedBinding({ binding: other, existing: attachedBinding(), others: [other] })

  it('goes where either goes, with the bolder and the safer setting, and says that they differ', () => {
    expect(both.spec).toMatchObject({ conflictResolution: 'Overwrite', preserveResourcesOnDeletion: true })
    expect(both.spec.requiredBy?.map(({ name }) => name)).toEqual(['nginx-deployment', 'other-deployment'])
    const [update] = decide({ binding: other, existing: attachedBinding(), others: [other] }).slice(1)
    expect(update).toMatchObject({ type: 'update', disagreed: true })
  })

  it('stays with the one that still needs it', () => {
    const [update] = decide({ binding: other, wanted: false, attached: [both], others: [other] })
    expect(update).toMatchObject({ type: 'update', disagreed: false })
    const { spec, metadata } = 'binding' in (update ?? {}) ? (update as { binding: Binding }).binding : both
    expect(spec.requiredBy?.map(({ name }) => name)).toEqual(['nginx-deployment'])
    expect(spec.conflictResolution).toBe('Abort')
    expect(spec).not.toHaveProperty('preserveResourcesOnDeletion')
    expect(Object.keys(metadata.labels ?? {})).toEqual(['resourcebinding.karmada.io/permanent-id', LABEL])
  })
})

describe('what is not needed any more', () => {
  const attached = attachedBinding()

  it('loses its label and its clusters, and stays until its object goes', () => {
    const [, update] = decide({ attached: [attached], dependencies: [] })
    expect(update).toMatchObject({ type: 'update' })
    expect(update).not.toHaveProperty('binding.spec.requiredBy')
    expect(update).not.toHaveProperty('binding.spec.conflictResolution')
    expect(update).not.toHaveProperty(['binding', 'metadata', 'labels', LABEL])
  })

  it('stays while nobody knows whether its object is there', () =>
    expect(decide({ attached: [attached], dependencies: [], mayBeWanted: true }).map(({ type }) => type)).toEqual([
      'record',
    ]))

  it.each([
    ['a binding that does not say so any more', {}, ['update', 'record', 'dropFinalizer']],
    ['one that is deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }, ['update', 'dropFinalizer']],
  ])('of %s', (_, more, wanted) => {
    const annotations = { [RECORD]: '[]' }
    const binding = { ...nginx, metadata: { ...nginx.metadata, annotations, finalizers: [FINALIZER], ...more } }
    expect(decide({ binding, attached: [attached], wanted: false }).map(({ type }) => type)).toEqual(wanted)
  })
})
