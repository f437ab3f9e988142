import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { planScheduling } from './plan.ts'

const now = '2026-01-01T00:00:00Z'
const claim = { 'propagationpolicy.karmada.io/permanent-id': 'p1' }
const apiEnablements = [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }]
const member = (name: string, metadata: Partial<Cluster['metadata']> = {}): Cluster =>
  a.cluster({ name, metadata, status: { apiEnablements } })
const leaving = (name: string): Cluster => member(name, { deletionTimestamp: now })
const bound = (change: Partial<Binding['spec']> = {}, labels: Record<string, string> = claim): Binding =>
  a.binding({ labels, spec: { replicas: 1, clusters: [{ name: 'm1' }, { name: 'm2' }], ...change } })
const targetsOf = (binding: Binding, clusters: readonly Cluster[]): unknown =>
  planScheduling({ binding, clusters, now })?.body

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
})
