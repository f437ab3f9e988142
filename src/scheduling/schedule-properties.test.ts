import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type ClusterAffinity, matchesCluster } from '../policy/cluster-affinity.ts'
import { aMember } from '../testing/scheduling-cluster.ts'
import { explain } from './explain.ts'
import type { Placement, SchedulableBinding, SchedulableCluster, SpreadConstraint, TargetCluster } from './placement.ts'
import { type Explanation, type ScheduleResult, schedule } from './schedule.ts'

const SEED = { seed: 20261121, numRuns: 300 }
const UNTOLERATED = [{ key: 'maintenance', effect: 'NoSchedule' }]

const divided = (replicaDivisionPreference: string, weightPreference?: object): Placement => ({
  replicaScheduling: {
    replicaSchedulingType: 'Divided',
    replicaDivisionPreference,
    ...(weightPreference && { weightPreference }),
  },
})
const staticWeights = (...weights: readonly number[]): Placement =>
  divided('Weighted', {
    staticWeightList: weights.map((weight, index) => ({ targetCluster: { clusterNames: [`member${index}`] }, weight })),
  })
const dynamic = [divided('Aggregated'), divided('Weighted', { dynamicWeight: 'AvailableReplicas' })]
const divisions = fc.constantFrom<Placement>({}, divided('Weighted'), staticWeights(1, 4, 0, 2), ...dynamic)

const constraint = (field: object): fc.Arbitrary<SpreadConstraint> =>
  fc
    .record({ minGroups: fc.integer({ min: 1, max: 3 }), more: fc.nat(3) })
    .map(({ minGroups, more }) => ({ ...field, minGroups, maxGroups: minGroups + more }))
const spreads = fc.oneof(
  fc.constant([]),
  fc.tuple(constraint({ spreadByField: 'cluster' })),
  fc.tuple(constraint({ spreadByField: 'region' }), constraint({ spreadByField: 'cluster' })),
  fc.tuple(constraint({ spreadByField: 'zone' }), constraint({ spreadByField: 'cluster' })),
  fc.tuple(constraint({ spreadByLabel: 'rack' })),
  fc.tuple(
    constraint({ spreadByField: 'zone' }),
    constraint({ spreadByField: 'region' }),
    constraint({ spreadByField: 'cluster' }),
  ),
)
const regions = fc.constantFrom('eu', 'us', 'asia')
const members = fc.uniqueArray(
  fc.record({
    name: fc.integer({ min: 0, max: 9 }).map(index => `member${index}`),
    pods: fc.nat(20),
    region: regions,
    zone: fc.constantFrom('1', '2', '3'),
    rack: fc.constantFrom('a', 'b', 'c'),
    isTainted: fc.boolean(),
  }),
  { selector: ({ name }) => name, maxLength: 10 },
)
const previousOf = fc.uniqueArray(
  fc.record({
    name: fc.integer({ min: 0, max: 9 }).map(index => `member${index}`),
    replicas: fc.integer({ min: 1, max: 9 }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
)

interface Scenario {
  readonly clusters: readonly SchedulableCluster[]
  readonly binding: SchedulableBinding
  readonly replicas: number
  readonly placement: Placement
  readonly previous: readonly TargetCluster[]
  /** A reschedule was asked for. */
  readonly fresh: boolean
}

/** In an order of their own: clusters 0 to 4 before 5 to 9, and what the first group cannot take overflows into the others. */
const named = (from: number) => Array.from({ length: 5 }, (_, index) => `member${from + index}`)
const affinities = fc.constantFrom<Placement>(
  {},
  { clusterAffinity: { exclude: ['member1', 'member8'] } },
  {
    clusterAffinities: [
      { affinityName: 'first', clusterNames: named(0) },
      { affinityName: 'second', clusterNames: named(5) },
    ],
  },
  {
    clusterAffinities: [
      { affinityName: 'first', clusterNames: named(0), overflowAffinities: [{ clusterNames: named(5) }] },
    ],
  },
)
const REQUESTED = { rescheduleTriggeredAt: '2026-01-02T00:00:00Z' }
const SCHEDULED = { lastScheduledTime: '2026-01-01T00:00:00Z' }

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    division: divisions,
    spreadConstraints: spreads,
    members,
    replicas: fc.integer({ min: 1, max: 60 }),
    previous: previousOf,
    uid: fc.constantFrom('a', 'b'),
    affinity: affinities,
    evicted: fc.constantFrom<readonly string[]>([], [], ['member2']),
    fresh: fc.boolean(),
  })
  .map(({ division, spreadConstraints, members: list, replicas, previous, uid, affinity, evicted, fresh }) => {
    const placement: Placement = { ...division, ...affinity, spreadConstraints }
    const clusters = list.map(({ name, pods, region, zone, rack, isTainted }) =>
      aMember(name, {
        pods,
        region,
        zones: [`${region}-${zone}`],
        labels: { rack },
        ...(isTainted && { taints: UNTOLERATED }),
      }),
    )
    const resource = { apiVersion: 'apps/v1', kind: 'Deployment', uid }
    const gracefulEvictionTasks = evicted.map(fromCluster => ({ fromCluster }))
    const spec = { resource, replicas, replicaRequirements: {}, placement, clusters: previous, gracefulEvictionTasks }
    const binding = fresh ? { spec: { ...spec, ...REQUESTED }, status: SCHEDULED } : { spec }
    return { clusters, binding, replicas, placement, previous, fresh }
  })

const isDivided = ({ replicaScheduling }: Placement): boolean => replicaScheduling !== undefined
const usesRoom = (placement: Placement): boolean =>
  dynamic.some(({ replicaScheduling }) => replicaScheduling === placement.replicaScheduling)
const totalOf = (targets: readonly TargetCluster[]): number =>
  targets.reduce((sum, { replicas = 0 }) => sum + replicas, 0)

/** Feasible clusters that spread constraints let take part. */
const selectedNames = ({ clusters }: Explanation): readonly string[] =>
  clusters.flatMap(({ name, rejections, note }) => (rejections.length > 0 || note?.includes('spread') ? [] : [name]))

/** What a cluster may match: the affinity, or the term that was taken with all that it overflows into. */
function affinitiesOf(
  { clusterAffinity, clusterAffinities = [] }: Placement,
  affinityName: string | undefined,
): readonly ClusterAffinity[] {
  const term = clusterAffinities.find(each => each.affinityName === affinityName)
  if (term !== undefined) return [term, ...(term.overflowAffinities ?? [])]
  return clusterAffinity === undefined ? [] : [clusterAffinity]
}

/** Checks every scenario. */
function always(check: (scenario: Scenario, result: ScheduleResult) => void): void {
  fc.assert(
    fc.property(scenarios, scenario => check(scenario, schedule(scenario))),
    SEED,
  )
}

/** Checks every scenario that was placed, which must not be too few of them. */
function wheneverPlaced(check: (scenario: Scenario, result: ScheduleResult) => void): void {
  let placed = 0
  always((scenario, result) => {
    if (result.outcome.type !== 'success') return
    placed++
    check(scenario, result)
  })
  expect(placed).toBeGreaterThan(SEED.numRuns / 4)
}

describe('schedule, whatever clusters, placement and previous result are', () => {
  it('permuting clusters changes nothing', () =>
    always((scenario, result) => {
      const { clusters, binding } = scenario
      expect(schedule({ binding, clusters: [...clusters].reverse() })).toEqual(result)
      const middle = clusters.length >> 1
      expect(schedule({ binding, clusters: [...clusters.slice(middle), ...clusters.slice(0, middle)] })).toEqual(result)
    }))

  it('the same input gives the same output', () =>
    always((scenario, result) => expect(schedule(scenario)).toEqual(result)))

  it('divided replicas add up to the request', () =>
    wheneverPlaced(({ placement, replicas }, { targets }) => {
      if (isDivided(placement)) expect(totalOf(targets)).toBe(replicas)
    }))

  it('duplicated, every target has all replicas', () =>
    wheneverPlaced(({ placement, replicas }, { targets }) => {
      if (!isDivided(placement)) expect(targets.filter(target => target.replicas !== replicas)).toEqual([])
    }))

  it('divided by room, nobody gets new replicas beyond what fits', () =>
    wheneverPlaced(({ placement, previous }, { explanation }) => {
      if (!usesRoom(placement)) return
      const before = new Map(previous.map(({ name, replicas = 0 }) => [name, replicas]))
      for (const { name, replicas = 0, available = 0 } of explanation.clusters) {
        expect(replicas).toBeLessThanOrEqual(Math.max(available, before.get(name) ?? 0))
      }
    }))

  it('a failure for want of room leaves targets alone, one for want of clusters empties them', () => {
    const check = ({ previous, ...input }: Scenario): void => {
      const { outcome, targets } = schedule(input)
      if (outcome.type === 'success') return
      expect(targets).toEqual(outcome.reason === 'NoClusterFit' ? [] : previous)
    }
    fc.assert(fc.property(scenarios, check), SEED)
  })

  it('steady mode adds when there are too few, takes when there are too many, and else moves nothing', () =>
    wheneverPlaced(({ placement, previous, replicas, fresh }, { targets, explanation }) => {
      if (!usesRoom(placement) || fresh) return
      const names = new Set(selectedNames(explanation))
      const kept = previous.filter(({ name }) => names.has(name))
      const after = new Map(targets.map(target => [target.name, target.replicas ?? 0]))
      const moved = kept.map(({ name, replicas: before = 0 }) => (after.get(name) ?? 0) - before)
      if (totalOf(kept) <= replicas) expect(moved.filter(difference => difference < 0)).toEqual([])
      if (totalOf(kept) >= replicas) expect(moved.filter(difference => difference > 0)).toEqual([])
    }))

  it('a cluster with an untolerated taint is never a new target', () =>
    wheneverPlaced(({ clusters, previous }, { targets }) => {
      const tainted = new Set(clusters.filter(({ spec }) => spec?.taints).map(({ metadata }) => metadata.name))
      const before = new Set(previous.map(({ name }) => name))
      expect(targets.filter(({ name }) => tainted.has(name) && !before.has(name))).toEqual([])
    }))

  it('a cluster that is being evicted is no target, nor is one that no affinity takes', () =>
    wheneverPlaced(({ binding, placement }, { targets, affinityName }) => {
      const terms = affinitiesOf(placement, affinityName)
      const evicted = (binding.spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster)
      for (const { name } of targets) {
        expect(evicted).not.toContain(name)
        const cluster = { metadata: { name } }
        expect(terms.length === 0 || terms.some(each => matchesCluster(each, cluster))).toBe(true)
      }
    }))

  it('what overflows does so only when the affinity itself is full', () =>
    wheneverPlaced(({ placement }, { targets, explanation }) => {
      if (!usesRoom(placement) || !explanation.clusters.some(({ tier = 0 }) => tier > 0)) return
      const over = new Set(explanation.clusters.flatMap(({ name, tier = 0 }) => (tier > 0 ? [name] : [])))
      if (!targets.some(({ name }) => over.has(name))) return
      const chosen = new Set(selectedNames(explanation))
      const first = explanation.clusters.filter(({ name }) => chosen.has(name) && !over.has(name))
      const room = first.reduce((sum, { available = 0 }) => sum + available, 0)
      expect(totalOf(targets.filter(({ name }) => !over.has(name)))).toBe(room)
    }))

  it('the decision fits into its annotation', () =>
    always((_, result) => expect(Buffer.byteLength(explain(result))).toBeLessThanOrEqual(16_384)))

  it('groups are neither fewer nor more than constraints allow', () =>
    wheneverPlaced(({ clusters, placement }, { explanation }) => {
      const isStatic = isDivided(placement) && !usesRoom(placement)
      if (isStatic) return
      const chosen = new Set(selectedNames(explanation))
      const selected = clusters.filter(({ metadata }) => chosen.has(metadata.name))
      const constraints = placement.spreadConstraints ?? []
      for (const { minGroups = 1, maxGroups = 0, ...key } of constraints) {
        const groups = new Set(selected.map(cluster => groupOf(key, cluster))).size
        expect(groups).toBeGreaterThanOrEqual(minGroups)
        // More groups than clusters are allowed: the groups go before.
        const others = constraints.filter(({ spreadByField }) => spreadByField !== 'cluster')
        const least = key.spreadByField === 'cluster' ? Math.max(0, ...others.map(each => each.maxGroups ?? 0)) : 0
        expect(groups).toBeLessThanOrEqual(Math.max(maxGroups, least))
      }
    }))
})

function groupOf({ spreadByField, spreadByLabel }: SpreadConstraint, { metadata, spec }: SchedulableCluster): unknown {
  if (spreadByLabel !== undefined) return metadata.labels?.[spreadByLabel]
  if (spreadByField === 'region') return spec?.region
  return spreadByField === 'zone' ? spec?.zones?.[0] : metadata.name
}
