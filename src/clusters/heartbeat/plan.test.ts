import { expect, it } from '@jest/globals'
import type { Cluster } from '../../object/karmada-objects.ts'
import { heartbeatOf } from './plan.ts'

it('a heartbeat says who lives, until when at least, and to which Cluster it belongs', () => {
  const cluster: Cluster = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'm1', uid: 'u1' },
    spec: { syncMode: 'Pull' },
  }
  expect(heartbeatOf(cluster, 40_000, Date.UTC(2026, 0, 1))).toEqual({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'm1',
      namespace: 'karmada-cluster',
      ownerReferences: [{ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', name: 'm1', uid: 'u1' }],
    },
    spec: { holderIdentity: 'm1', leaseDurationSeconds: 40, renewTime: '2026-01-01T00:00:00.000000Z' },
  })
})
