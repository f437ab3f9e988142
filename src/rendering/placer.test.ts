import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { type MapLister, newMapLister } from '../testing/map-lister.ts'
import { newPlacer, type Placer, type PlacerDeps, workloadGroupIndex } from './placer.ts'

const labels = { 'propagationpolicy.karmada.io/permanent-id': 'p1' }
const apiEnablements = [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }]
const clusters = ['m1', 'm2', 'm3'].map((name): Cluster => a.cluster({ name, status: { apiEnablements } }))
const toOne = { spreadConstraints: [{ spreadByField: 'cluster' as const, minGroups: 1, maxGroups: 1 }] }

const bound = (name: string, spec: Partial<Binding['spec']> = {}, resourceVersion = '1'): Binding =>
  a.binding({ name, labels, resourceVersion, spec: { placement: toOne, ...spec } })
const apart = (name: string, spec: Partial<Binding['spec']> = {}, resourceVersion = '1'): Binding =>
  bound(name, { workloadAffinityGroups: { antiAffinityGroup: 'app=db' }, ...spec }, resourceVersion)

interface World {
  readonly placer: Placer
  readonly bindings: MapLister<Binding>
  readonly clock: ReturnType<typeof newFakeClock>
}

function newWorld(cached: readonly Binding[], change: Partial<PlacerDeps> = {}): World {
  const bindings = newMapLister(cached, { groups: workloadGroupIndex })
  const clock = newFakeClock()
  const placer = newPlacer({
    clusters: newMapLister(clusters),
    bindings,
    byWorkloadGroup: 'groups',
    clock,
    schedulerName: 'default-scheduler',
    options: {},
    ...change,
  })
  return { placer, bindings, clock }
}

const targetsOf = ({ placer }: World, binding: Binding): string | undefined =>
  placer
    .place(binding)
    ?.binding.spec.clusters?.map(({ name }) => name)
    .join(' ')

describe('newPlacer', () => {
  it('leaves alone what another scheduler is asked for', () => {
    const theirs = bound('a', { schedulerName: 'theirs' })
    expect(targetsOf(newWorld([]), theirs)).toBeUndefined()
    expect(targetsOf(newWorld([], { schedulerName: 'theirs' }), theirs)).toBe('m1')
    expect(targetsOf(newWorld([], { schedulerName: 'theirs' }), bound('a'))).toBeUndefined()
  })

  it('leaves alone what is suspended, and what nothing asks for', () => {
    expect(targetsOf(newWorld([]), bound('a', { suspension: { scheduling: true } }))).toBeUndefined()
    const divided = { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' } as const
    const spec = { replicas: 2, replicaRequirements: {}, placement: { replicaScheduling: divided } }
    const placed = newWorld([]).placer.place(bound('a', spec))?.binding
    expect(placed?.spec.clusters?.map(({ name }) => name)).toEqual(['m1', 'm2'])
    expect(placed && newWorld([]).placer.place(placed)).toBeUndefined()
  })

  it('schedules with the plugins that are left', () => {
    const bare = newMapLister(
      clusters.map(cluster => ({ ...cluster, status: { ...cluster.status, apiEnablements: [] } })),
    )
    expect(targetsOf(newWorld([], { clusters: bare }), bound('a'))).toBe('')
    expect(targetsOf(newWorld([], { clusters: bare, options: { plugins: ['*', '-APIEnablement'] } }), bound('a'))).toBe(
      'm1',
    )
  })
})

// spec/behaviour/scheduling.md §4, §12
describe('newPlacer, workload groups', () => {
  it('sees where the others of a group are, of the same namespace only', () => {
    const world = newWorld([
      apart('b', { clusters: [{ name: 'm1' }] }),
      { ...apart('c', { clusters: [{ name: 'm2' }] }), metadata: { ...apart('c').metadata, namespace: 'elsewhere' } },
    ])
    expect(targetsOf(world, apart('a'))).toBe('m2')
  })

  it('sees what was decided and is not in the cache yet', () => {
    const world = newWorld([apart('a'), apart('b'), apart('c')])
    expect(targetsOf(world, apart('a'))).toBe('m1')
    expect(targetsOf(world, apart('b'))).toBe('m2')
    expect(targetsOf(world, apart('c'))).toBe('m3')
  })

  it('believes the cache again once it has moved on', () => {
    const world = newWorld([apart('a'), apart('b')])
    expect(targetsOf(world, apart('a'))).toBe('m1')
    world.bindings.set(apart('a', { clusters: [{ name: 'm3' }] }, '2'))
    expect(targetsOf(world, apart('b'))).toBe('m1')
  })

  it('forgets after a while what was never written', async () => {
    const world = newWorld([apart('a'), apart('b')])
    expect(targetsOf(world, apart('a'))).toBe('m1')
    await world.clock.advance(61_000)
    expect(targetsOf(world, apart('b'))).toBe('m1')
  })
})
