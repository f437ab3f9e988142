import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { newPlacer, type Placer, workloadGroupIndex } from '../rendering/placer.ts'
import { a } from '../testing/builders.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { planScheduling } from './plan.ts'

const now = '2026-01-01T00:00:00Z'
const claim = { 'propagationpolicy.karmada.io/permanent-id': 'p1' }
const apiEnablements = [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }]
const member = (name: string, metadata: Partial<Cluster['metadata']> = {}): Cluster =>
  a.cluster({ name, metadata, status: { apiEnablements } })
const leaving = (name: string): Cluster => member(name, { deletionTimestamp: now })
const bound = (change: Partial<Binding['spec']> = {}, labels: Record<string, string> = claim): Binding =>
  a.binding({ labels, spec: { replicas: 1, clusters: [{ name: 'm1' }, { name: 'm2' }], ...change } })
const placerFor = (clusters: readonly Cluster[]): Placer =>
  newPlacer({
    clusters: newMapLister(clusters),
    bindings: newMapLister<Binding>([], { groups: workloadGroupIndex }),
    byWorkloadGroup: 'groups',
    clock: newFakeClock(),
    schedulerName: 'default-scheduler',
    options: {},
  })
const targetsOf = (binding: Binding, clusters: readonly Cluster[]): unknown =>
  planScheduling({ binding, clusters, placer: placerFor(clusters) }).write?.body

// spec/behaviour/scheduling.md §1-3
describe('planScheduling', () => {
  it('gives a claimed binding its targets, with the version that it was made for', () => {
    expect(targetsOf(bound({ clusters: [] }), [member('m1')])).toMatchObject({
      metadata: { resourceVersion: '1' },
      spec: { clusters: [{ name: 'm1' }] },
    })
  })

  it('leaves a suspended binding alone', () => {
    const suspended = bound({ suspension: { scheduling: true } })
    expect(targetsOf(suspended, [member('m1'), leaving('m2')])).toBeUndefined()
  })

  it('keeps the targets of a binding without policy, whatever the clusters are', () => {
    expect(targetsOf(bound({}, {}), [member('m1'), member('m3')])).toBeUndefined()
  })

  it('takes a cluster that is deleted out of a binding without policy, and places nothing anew', () => {
    expect(targetsOf(bound({}, {}), [member('m1'), leaving('m2'), member('m3')])).toEqual({
      metadata: { resourceVersion: '1' },
      spec: { clusters: [{ name: 'm1' }] },
    })
  })

  it('leaves a binding that is deleted', () => {
    const deleted = a.binding({ labels: claim, metadata: { deletionTimestamp: now }, spec: { clusters: [] } })
    expect(targetsOf(deleted, [member('m1')])).toBeUndefined()
  })

  it('leaves a binding alone that names another scheduler', () => {
    expect(targetsOf(bound({ schedulerName: 'theirs', clusters: [] }), [member('m1')])).toBeUndefined()
  })

  it.each([
    { name: 'no cluster fits', clusters: [], replicas: 1, failed: 'NoClusterFit' },
    { name: 'too little room', clusters: [member('m1')], replicas: 5, failed: 'Unschedulable' },
    { name: 'nothing', clusters: [member('m1')], replicas: 0, failed: undefined },
  ])('tells that $name keeps a binding from its place', ({ clusters, replicas, failed }) => {
    const binding = bound({
      replicas,
      replicaRequirements: {},
      clusters: [],
      placement: { replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' } },
    })
    expect(planScheduling({ binding, clusters, placer: placerFor(clusters) }).failed?.reason).toBe(failed)
  })
})
