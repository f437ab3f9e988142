import { describe, expect, it } from '@jest/globals'
import type { ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import type { WorkStatus } from '../api/generated/work.ts'
import { workName } from '../object/generated-names.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { frozen, frozenObject, reports } from '../testing/frozen-object.ts'
import { aggregatedStatus, expectedClusters, fullyApplied } from './aggregated-status.ts'
import { manifestIdentifier } from './manifest-status.ts'

const manifest = frozenObject('apps/v1 Deployment')
const identifier = manifestIdentifier(manifest, 0)
const nested = (levels: number): JsonObject => (levels === 1 ? {} : { in: nested(levels - 1) })
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

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'nginx' }
const targets = (...names: string[]) => names.map(name => ({ name }))
const evictionFrom = (fromCluster: string, purgeMode: 'Directly' | 'Gracefully' | 'Never') => ({
  fromCluster,
  purgeMode,
  reason: 'r',
  producer: 'p',
})
const bindingTo = (...names: string[]) => ({ spec: { resource, clusters: targets(...names) } })
const reporting = (cluster: string, status: JsonObject, metadata = {}) =>
  work(
    cluster,
    { conditions: applied('True'), manifestStatuses: [{ identifier, status, health: 'Healthy' }] },
    metadata,
  )

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
    expect(aggregatedStatus(bindingTo('a'), [work('a', status)])).toEqual([{ clusterName: 'a', ...want }]),
  )

  it('leaves out the report of a cluster that takes the room of the others, and says so', () => {
    const items = aggregatedStatus(bindingTo('a', 'b', 'c'), [
      reporting('a', { replicas: 1 }),
      reporting('b', { conditions: [{ message: 'x'.repeat(1_200_000) }] }),
      reporting('c', { note: 'y'.repeat(100_000) }),
    ])
    expect(items.map(({ clusterName, status }) => [clusterName, status !== undefined])).toEqual([
      ['a', true],
      ['b', false],
      ['c', true],
    ])
    expect(items[1]).toMatchObject({ applied: true, appliedMessage: expect.stringContaining('349525 bytes') })
    expect(JSON.stringify(items).length).toBeLessThan(1024 * 1024)
  })

  it('is sorted by cluster, and leaves out Works being deleted', () => {
    const works = [work('b'), work('c', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' }), work('a')]
    expect(aggregatedStatus(bindingTo('a', 'b', 'c'), works).map(item => item.clusterName)).toEqual(['a', 'b'])
  })
  it('leaves out what is no Work for a cluster', () => {
    const works = [work('a', {}, { namespace: 'default' }), { ...work('a'), spec: {} }]
    expect(aggregatedStatus(bindingTo('a', 'default', ''), works)).toEqual([])
  })

  it('leaves out a status that an agent nested deeper than 100 levels, and says so', () => {
    const items = aggregatedStatus(bindingTo('a', 'b'), [reporting('a', nested(101)), reporting('b', nested(100))])
    const appliedMessage = 'its status is left out: it is nested deeper than 100 levels'
    expect(items).toEqual([
      { clusterName: 'a', applied: true, health: 'Healthy', appliedMessage },
      { clusterName: 'b', applied: true, health: 'Healthy', status: nested(100) },
    ])
  })
})

describe('who speaks for a binding (status.md §2)', () => {
  const works = [work('a'), work('b'), work('c')]
  it.each<{ name: string; spec: Partial<ResourceBindingSpec>; want: readonly string[] }>([
    { name: 'a Work in a cluster that is no target says nothing', spec: { clusters: targets('a') }, want: ['a'] },
    { name: 'without a target no Work says anything', spec: {}, want: [] },
    {
      name: 'a target of a binding that depends on it is heard',
      spec: { clusters: targets('a'), requiredBy: [{ name: 'x', clusters: targets('b') }] },
      want: ['a', 'b'],
    },
    ...(['Gracefully', 'Never', 'Directly'] as const).map(mode => ({
      name: `a cluster under graceful eviction is still reported, as long as its Work is there: ${mode}`,
      spec: { clusters: targets('a'), gracefulEvictionTasks: [evictionFrom('b', mode)] },
      want: ['a', 'b'],
    })),
  ])('$name', ({ spec, want }) => {
    const items = aggregatedStatus({ spec: { resource, ...spec } }, works)
    expect(items.map(item => item.clusterName)).toEqual(want)
  })

  it('a Work in a cluster that is no target takes no room of the others', () => {
    const status = { note: 'x'.repeat(400_000) }
    const claiming = Array.from({ length: 9 }, (_, index) => reporting('c', status, { name: `w${index}` }))
    const own = [reporting('a', status), reporting('b', status)]
    const binding = bindingTo('a', 'b')
    expect(aggregatedStatus(binding, [...claiming, ...own])).toEqual(aggregatedStatus(binding, own))
  })

  const named = workName(resource)
  const going = { deletionTimestamp: '2026-01-01T00:00:00Z' }
  it.each<{ name: string; works: readonly { readonly name: string }[]; want: string }>([
    { name: 'that of the name of its template', works: [{ name: 'a' }, { name: named }, { name: 'z' }], want: named },
    { name: 'else the first by name', works: [{ name: 'b' }, { name: 'a' }, { name: 'c' }], want: 'a' },
    { name: 'none that is on its way out', works: [{ name: named, ...going }, { name: 'z' }], want: 'z' },
  ])('two Works of one cluster are one report: $name', ({ works: described, want }) => {
    const several = described.map(metadata => reporting('a', { from: metadata.name }, metadata))
    for (const order of [several, several.toReversed()])
      expect(aggregatedStatus(bindingTo('a'), order)).toMatchObject([{ clusterName: 'a', status: { from: want } }])
  })
})

describe('condition FullyApplied (status.md §2)', () => {
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

  const DETAILS = 'Failed to apply all works, see status.aggregatedStatus for details'
  const many = Array.from({ length: 23 }, (_, at) => `m${at + 10}`)
  it.each([
    { name: 'all of them', clusters: ['a', 'b'], want: DETAILS },
    { name: 'none of two', clusters: ['c', 'a', 'b', 'd'], want: `${DETAILS}; no Work tells of it in c, d` },
    { name: 'none there are', clusters: [], want: `${DETAILS}; it is to be in no cluster` },
    {
      name: 'none of many',
      clusters: many,
      want: `${DETAILS}; no Work tells of it in ${many.slice(0, 20).join(', ')} and 3 more`,
    },
    { name: 'one with an odd name', clusters: ['\u001b[31m'], want: `${DETAILS}; no Work tells of it in \\u001b[31m` },
  ])('names what the details leave out: $name', ({ clusters, want }) => {
    const items = [...both, ...reports({ z: {} })].map(item => ({ ...item, applied: false }))
    const { message } = fullyApplied({ spec: { resource, clusters: targets(...clusters) } }, items)
    expect(message).toBe(want)
  })

  it('expects clusters that are being emptied gracefully, not those emptied at once', () => {
    const spec = {
      resource,
      clusters: targets('a'),
      gracefulEvictionTasks: [evictionFrom('b', 'Gracefully'), evictionFrom('c', 'Directly')],
    }
    expect([...expectedClusters({ spec })]).toEqual(['a', 'b'])
  })
})
