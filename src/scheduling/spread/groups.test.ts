import { describe, expect, it } from '@jest/globals'
import { aRanked } from '../../testing/ranked-cluster.ts'
import type { SpreadConstraint } from '../placement.ts'
import type { RankedCluster } from '../rank.ts'
import { selectByGroups } from './groups.ts'
import { topologyConstraints } from './topology.ts'

/** `eu/eu-1/m1:30` is a cluster of that region and zone with room for 30; in the order of selection. */
function clustersOf(text: string): readonly RankedCluster[] {
  return text.split(' ').map(path => {
    const [region = '', zone = '', last = ''] = path.split('/')
    const [name = '', available = '100'] = last.split(':')
    const spec = { region, ...(zone && { zones: [zone] }), provider: region.slice(0, 1) }
    return aRanked(name, { available: Number(available), spec, labels: { rack: zone.slice(-1) } })
  })
}

interface Wanted {
  readonly replicas?: number
  readonly duplicated?: boolean
}

function select(clusters: string, constraints: readonly SpreadConstraint[], wanted: Wanted = {}): string {
  const selection = selectByGroups(clustersOf(clusters), {
    constraints: topologyConstraints(constraints),
    cluster: constraints.find(({ spreadByField }) => spreadByField === 'cluster'),
    replicas: wanted.replicas ?? 10,
    duplicated: wanted.duplicated ?? false,
  })
  return selection.type === 'failure' ? selection.message : selection.clusters.map(({ name }) => name).join(' ')
}

const by = (spreadByField: string, minGroups: number, maxGroups: number): SpreadConstraint => ({
  spreadByField,
  minGroups,
  maxGroups,
})

describe('selectByGroups, by region (scheduling.md §7.2)', () => {
  const three = 'eu//m1 eu//m2 us//m3 us//m4 us//m5 as//m6'
  it.each<{ name: string; clusters?: string; constraints: readonly SpreadConstraint[]; wanted?: Wanted; want: string }>(
    [
      {
        name: 'too few regions',
        constraints: [by('region', 4, 4)],
        want: 'the number of feasible region is less than spreadConstraint.MinGroups',
      },
      {
        name: 'too few clusters in as many regions as are allowed',
        constraints: [by('region', 1, 1), by('cluster', 4, 9)],
        want: 'the number of clusters is less than the cluster spreadConstraint.MinGroups',
      },
      {
        name: 'without a word of clusters one of each region',
        constraints: [by('region', 2, 3)],
        want: 'm1 m3',
      },
      {
        name: 'the first of each region, then others in their order',
        constraints: [by('region', 2, 2), by('cluster', 2, 4)],
        want: 'm1 m3 m2 m4',
      },
      {
        name: 'no maxGroups of clusters: one of each region, as in Karmada',
        constraints: [by('region', 2, 2), by('cluster', 1, 0)],
        want: 'm1 m3',
      },
      {
        name: 'no maxGroups of regions is no limit',
        constraints: [by('region', 1, 0), by('cluster', 6, 6)],
        want: 'm6 m1 m3 m2 m4 m5',
      },
      {
        name: 'the region with room for its share goes first',
        clusters: 'eu//m1:3 us//m2:5 us//m3:5 as//m4:9',
        constraints: [by('region', 1, 1), by('cluster', 1, 9)],
        want: 'm2 m3',
      },
      {
        name: 'duplicated, the region with most clusters that take all replicas',
        clusters: 'eu//m1:10 eu//m2:9 us//m3:10 us//m4:10',
        constraints: [by('region', 1, 1), by('cluster', 1, 9)],
        wanted: { duplicated: true },
        want: 'm3 m4',
      },
      {
        name: 'more regions than clusters may be: each region has one nevertheless',
        constraints: [by('region', 3, 3), by('cluster', 1, 1)],
        want: 'm6 m1 m3',
      },
    ],
  )('$name', ({ clusters = three, constraints, wanted, want }) =>
    expect(select(clusters, constraints, wanted)).toBe(want),
  )
})

describe('selectByGroups, by other keys (docs/decisions/0019)', () => {
  const two = 'eu/eu-1/m1 eu/eu-1/m2 eu/eu-2/m3 us/us-1/m4 us/us-2/m5'
  it.each<{ name: string; clusters?: string; constraints: readonly SpreadConstraint[]; want: string }>([
    {
      name: 'zones, like regions',
      constraints: [by('zone', 3, 3), by('cluster', 3, 3)],
      want: 'm1 m3 m4',
    },
    {
      name: 'too few zones',
      constraints: [by('zone', 5, 5)],
      want: 'the number of feasible zone is less than spreadConstraint.MinGroups',
    },
    { name: 'a label', constraints: [{ spreadByLabel: 'rack', minGroups: 2, maxGroups: 2 }], want: 'm1 m3' },
    {
      name: 'zones inside of regions: no region is left without one',
      constraints: [by('region', 2, 2), by('zone', 2, 2), by('cluster', 2, 9)],
      want: 'm1 m4 m2',
    },
    {
      name: 'all zones of one region',
      constraints: [by('region', 1, 1), by('zone', 2, 2), by('cluster', 2, 2)],
      want: 'm1 m3',
    },
    {
      name: 'a region with too few zones gives way to one that has them',
      clusters: 'eu/eu-1/m1 eu/eu-1/m2 eu/eu-1/m3 us/us-1/m4 us/us-2/m5',
      constraints: [by('region', 1, 1), by('zone', 2, 2), by('cluster', 2, 2)],
      want: 'm4 m5',
    },
    {
      name: 'no region has zones enough',
      constraints: [by('region', 1, 1), by('zone', 3, 3)],
      want: 'the number of feasible zone is less than spreadConstraint.MinGroups',
    },
    {
      name: 'fewer zones than regions cannot be',
      constraints: [by('region', 2, 2), by('zone', 1, 1)],
      want: 'the number of clusters is less than the cluster spreadConstraint.MinGroups',
    },
    {
      name: 'provider, region and zone',
      constraints: [by('provider', 2, 2), by('region', 2, 2), by('zone', 4, 4), by('cluster', 4, 5)],
      want: 'm1 m4 m3 m5 m2',
    },
  ])('$name', ({ clusters = two, constraints, want }) => expect(select(clusters, constraints)).toBe(want))
})
