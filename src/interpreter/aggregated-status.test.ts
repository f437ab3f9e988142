import { describe, expect, it } from '@jest/globals'
import type { ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import type { WorkStatus } from '../api/generated/work.ts'
import type { Work } from '../object/karmada-objects.ts'
import { frozen, frozenObject, reports } from '../testing/frozen-object.ts'
import { aggregatedStatus, expectedClusters, fullyApplied } from './aggregated-status.ts'
import { manifestIdentifier } from './manifest-status.ts'

const manifest = frozenObject('apps/v1 Deployment')
const identifier = manifestIdentifier(manifest, 0)
const applied = (status: 'True' | 'False' | 'Unknown', message = '') => [
  { type: 'Applied', status, reason: 'x', message, lastTransitionTime: '2026-01-01T00:00:00Z' },
]
const work = (cluster: string, status: WorkStatus = {}, metadata = {}): Work =>
  frozen({
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: { name: 'w', namespace: `karmada-es-${cluster}`, ...metadata },
    spec: { workload: { manifests: [manifest] } },
    status,
  })

describe('the aggregated status of a binding (status.md §2)', () => {
  const manifestStatuses = [{ identifier, status: { replicas: 1 }, health: 'Healthy' as const }]
  it.each([
    { name: 'not applied yet', status: {}, want: { health: 'Unknown' } },
    {
      name: 'failed',
      status: { conditions: applied('False', 'no such kind') },
      want: { appliedMessage: 'no such kind', health: 'Unknown' },
    },
    { name: 'in an unknown state', status: { conditions: applied('Unknown', 'x') }, want: { health: 'Unknown' } },
    {
      name: 'applied, not reflected yet',
      status: { conditions: applied('True') },
      want: { applied: true, health: 'Unknown' },
    },
    {
      name: 'applied and reflected',
      status: { conditions: applied('True'), manifestStatuses },
      want: { applied: true, status: { replicas: 1 }, health: 'Healthy' },
    },
    {
      name: 'applied, with a status of another manifest',
      status: {
        conditions: applied('True'),
        manifestStatuses: [{ identifier: { ...identifier, name: 'other' }, status: {} }],
      },
      want: { applied: true, health: 'Unknown' },
    },
    {
      name: 'failed after it was once reflected',
      status: { conditions: applied('False', 'm'), manifestStatuses },
      want: { appliedMessage: 'm', health: 'Unknown' },
    },
  ])('of a Work that is $name', ({ status, want }) =>
    expect(aggregatedStatus([work('a', status)])).toEqual([{ clusterName: 'a', ...want }]),
  )

  it('is sorted by cluster, and leaves out Works being deleted', () => {
    const works = [work('b'), work('c', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), work('a')]
    expect(aggregatedStatus(works).map(item => item.clusterName)).toEqual(['a', 'b'])
  })
  it('leaves out what is no Work for a cluster', () =>
    expect(aggregatedStatus([work('a', {}, { namespace: 'default' }), { ...work('a'), spec: {} }])).toEqual([]))
})

describe('condition FullyApplied (status.md §2)', () => {
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'nginx' }
  const targets = (...names: string[]) => names.map(name => ({ name }))
  const both = reports({ a: {}, b: {} })
  it.each<{ name: string; spec: Partial<ResourceBindingSpec>; items: typeof both; want: string }>([
    { name: 'all targets applied', spec: { clusters: targets('a', 'b') }, items: both, want: 'True' },
    {
      name: 'targets of bindings that depend on it count',
      spec: { clusters: targets('a'), requiredBy: [{ name: 'x', clusters: targets('b') }] },
      items: both,
      want: 'True',
    },
    { name: 'no target at all', spec: {}, items: [], want: 'False' },
    { name: 'a Work is missing', spec: { clusters: targets('a', 'b', 'c') }, items: both, want: 'False' },
    { name: 'a Work too many', spec: { clusters: targets('a') }, items: both, want: 'False' },
    { name: 'a Work of another cluster', spec: { clusters: targets('a', 'c') }, items: both, want: 'False' },
    {
      name: 'one not applied',
      spec: { clusters: targets('a') },
      items: [{ clusterName: 'a', health: 'Unknown' }],
      want: 'False',
    },
  ])('$name: $want', ({ spec, items, want }) => {
    const condition = fullyApplied({ spec: { resource, ...spec } }, items)
    expect(condition).toMatchObject({ type: 'FullyApplied', status: want })
    expect(condition.reason).toBe(want === 'True' ? 'FullyAppliedSuccess' : 'FullyAppliedFailed')
  })

  it('expects clusters that are being emptied gracefully, not those emptied at once', () => {
    const task = (fromCluster: string, purgeMode: 'Directly' | 'Gracefully') => ({
      fromCluster,
      purgeMode,
      reason: 'r',
      producer: 'p',
    })
    const spec = {
      resource,
      clusters: targets('a'),
      gracefulEvictionTasks: [task('b', 'Gracefully'), task('c', 'Directly')],
    }
    expect([...expectedClusters({ spec })]).toEqual(['a', 'b'])
  })
})
