import { describe, expect, it } from '@jest/globals'
import { RESOURCE_BINDING } from '../api/kinds.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import { plan, targetsOf } from './plan.ts'

const binding = (spec: Partial<Binding['spec']> = {}, metadata: Partial<Binding['metadata']> = {}): Binding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: {
    name: 'web-deployment',
    namespace: 'default',
    finalizers: ['karmada.io/binding-controller'],
    ...metadata,
  },
  spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, clusters: [{ name: 'm1' }], ...spec },
})
const work = (cluster: string, manifest = 'a', metadata: Partial<Work['metadata']> = {}): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'web-1', namespace: `karmada-es-${cluster}`, ...metadata },
  spec: { workload: { manifests: [{ manifest }] } },
})
const deleting = { deletionTimestamp: '2026-01-01T00:00:00Z' }
const types = (actions: ReturnType<typeof plan>) => actions.map(action => action.type)
const kind = RESOURCE_BINDING

describe('plan', () => {
  it.each([
    {
      name: 'a new target gets a Work',
      works: [],
      rendered: [{ desired: work('m1'), existing: undefined }],
      want: ['createWork'],
    },
    {
      name: 'a Work that is as wanted costs nothing',
      works: [work('m1')],
      rendered: [{ desired: work('m1'), existing: work('m1') }],
      want: [],
    },
    {
      name: 'a Work with another manifest is updated',
      works: [work('m1')],
      rendered: [{ desired: work('m1', 'b'), existing: work('m1') }],
      want: ['updateWork'],
    },
    {
      name: 'a Work with other labels is updated',
      works: [work('m1')],
      rendered: [{ desired: work('m1', 'a', { labels: { a: 'b' } }), existing: work('m1') }],
      want: ['updateWork'],
    },
    { name: 'a Work of a cluster that is no target goes', works: [work('m2')], rendered: [], want: ['deleteWork'] },
    {
      name: 'a Work that is going already is not deleted again',
      works: [work('m2', 'a', deleting)],
      rendered: [],
      want: [],
    },
    {
      name: 'a Work of a target under another name goes',
      works: [work('m1', 'a', { name: 'old-1' })],
      rendered: [{ desired: work('m1'), existing: undefined }],
      want: ['deleteWork', 'createWork'],
    },
    { name: 'a Work of a target that was not rendered stays', works: [work('m1')], rendered: [], want: [] },
    { name: 'without a template nothing is written', works: [work('m1')], rendered: undefined, want: [] },
  ])('$name', ({ works, rendered, want }) => {
    expect(types(plan({ kind, binding: binding(), works, rendered }))).toEqual(want)
  })

  it('deletes all Works of a binding that is being deleted and lets it go at once (§8.4)', () => {
    const gone = binding({}, deleting)
    const actions = plan({ kind, binding: gone, works: [work('m1'), work('m2', 'a', deleting)], rendered: undefined })
    expect(types(actions)).toEqual(['deleteWork', 'dropFinalizer'])
  })

  describe('a Work that is on its way out', () => {
    const marked = { ...deleting, annotations: { 'flotilla.dev/keeps-object': 'true' } }
    const going = work('m1', 'a', deleting)
    const kept = work('m1', 'a', marked)
    const wanted = (existing: Work) => [{ desired: existing, existing }]
    it.each([
      { name: 'keeps what is wanted there again', works: [going], rendered: wanted(going), want: [true] },
      { name: 'is marked once', works: [kept], rendered: wanted(kept), want: [] },
      { name: 'loses the mark when it is not wanted any more', works: [kept], rendered: [], want: [false] },
      {
        name: 'takes along what has another name now',
        works: [going],
        rendered: wanted(work('m1', 'a', { name: 'new-1' })),
        want: [],
      },
      { name: 'keeps its mark while nothing can be rendered', works: [kept], rendered: undefined, want: [] },
    ])('$name', ({ works, rendered, want }) => {
      const actions = plan({ kind, binding: binding(), works, rendered })
      expect(actions.flatMap(action => (action.type === 'markWork' ? [action.keeps] : []))).toEqual(want)
    })

    it('takes it along with its binding', () => {
      const actions = plan({ kind, binding: binding({}, deleting), works: [kept], rendered: undefined })
      expect(types(actions)).toEqual(['markWork', 'dropFinalizer'])
    })
  })

  it('keeps the copy in a cluster that is being left gracefully', () => {
    const task = { fromCluster: 'm2', producer: 'TaintManager', reason: 'TaintUntolerated' }
    const leaving = binding({ gracefulEvictionTasks: [{ ...task, purgeMode: 'Gracefully' }] })
    expect(plan({ kind, binding: leaving, works: [work('m2')], rendered: [] })).toEqual([])
  })

  it('waits until the copy in a cluster that is purged directly is gone (§8 item 2)', () => {
    const task = { fromCluster: 'm2', producer: 'TaintManager', reason: 'TaintUntolerated' }
    const purged = binding({ gracefulEvictionTasks: [{ ...task, purgeMode: 'Directly' }] })
    const rendered = [{ desired: work('m1'), existing: undefined }]
    expect(types(plan({ kind, binding: purged, works: [work('m2')], rendered }))).toEqual([
      'deleteWork',
      'waitForPurge',
    ])
    expect(types(plan({ kind, binding: purged, works: [], rendered }))).toEqual(['createWork'])
  })
})

describe('targetsOf', () => {
  it('takes the first mention of a cluster, its own targets before those of bindings that need it', () => {
    const requiredBy = [
      { name: 'other', namespace: 'default', clusters: [{ name: 'm1', replicas: 9 }, { name: 'm2' }] },
    ]
    expect(targetsOf(binding({ clusters: [{ name: 'm1', replicas: 1 }], requiredBy }))).toEqual([
      { name: 'm1', replicas: 1 },
      { name: 'm2' },
    ])
  })
})
