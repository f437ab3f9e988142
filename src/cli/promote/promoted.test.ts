import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../../object/kube-object.ts'
import { a } from '../../testing/builders.ts'
import { promoted } from './promoted.ts'

const LIVE: KubeObject = {
  ...a.deployment({
    name: 'web',
    namespace: 'shop',
    uid: 'u',
    labels: { app: 'web' },
    annotations: { 'deployment.kubernetes.io/revision': '3' },
  }),
  status: { readyReplicas: 2 },
}
const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u', controller: true }

describe('promoted', () => {
  it('leaves what belongs to the life in the member behind', () => {
    const { template } = promoted({ live: LIVE, member: 'm1', withPolicy: true })
    expect(template).not.toHaveProperty('status')
    expect(template.metadata).toEqual({ name: 'web', namespace: 'shop', labels: { app: 'web' }, annotations: {} })
    expect(template['spec']).toEqual(LIVE['spec'])
  })

  it('is placed where it is, and taken over', () => {
    expect(promoted({ live: LIVE, member: 'm1', withPolicy: true }).policy).toMatchObject({
      kind: 'PropagationPolicy',
      metadata: { name: 'web-deployment', namespace: 'shop' },
      spec: { placement: { clusterAffinity: { clusterNames: ['m1'] } }, conflictResolution: 'Overwrite' },
    })
  })

  it('has a cluster-wide policy where no namespace holds it', () => {
    const live = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'high' } }
    expect(promoted({ live, member: 'm1', policyName: 'p', withPolicy: true }).policy).toMatchObject({
      kind: 'ClusterPropagationPolicy',
      metadata: { name: 'p' },
    })
  })

  it('says itself that it takes over, where the policy is not ours', () => {
    const { template, policy } = promoted({ live: LIVE, member: 'm1', withPolicy: false })
    expect(policy).toBeUndefined()
    expect(template.metadata.annotations).toEqual({ 'flotilla.dev/takeover': 'always' })
  })

  it.each([
    { name: 'has an owner', metadata: { ownerReferences: [owner] }, says: 'promote that (statefulset/db)' },
    { name: 'was propagated', metadata: { labels: { 'karmada.io/managed': 'true' } }, says: 'was propagated to m1' },
  ])('refuses what $name', ({ metadata, says }) => {
    const live = { ...LIVE, metadata: { ...LIVE.metadata, ...metadata } }
    expect(() => promoted({ live, member: 'm1', withPolicy: true })).toThrow(says)
  })
})
