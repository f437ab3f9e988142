import { failure, type ScheduleFailure } from '../outcome.ts'
import type { SpreadConstraint } from '../placement.ts'
import type { RankedCluster } from '../rank.ts'
import { chooseGroups, type GroupLimits, type WeighedGroup } from './choose-groups.ts'
import { scoreGroup } from './group-score.ts'
import type { TopologyConstraint } from './topology.ts'

export interface GroupDemands {
  /** Wide ones first; at least one. */
  readonly constraints: readonly TopologyConstraint[]
  /** The constraint on clusters themselves, if there is one. */
  readonly cluster: SpreadConstraint | undefined
  readonly replicas: number
  /** Every cluster gets all replicas. */
  readonly duplicated: boolean
}

/** The groups of one key that were chosen. */
export interface ChosenGroups {
  readonly constraint: TopologyConstraint
  /** Best first. */
  readonly names: readonly string[]
  /** How many there were to choose from. */
  readonly outOf: number
}

export interface GroupSelection {
  readonly type: 'selected'
  readonly clusters: readonly RankedCluster[]
  /** In the order of the constraints. */
  readonly chosen: readonly ChosenGroups[]
}

/** How often a choice of wide groups that has no room for narrow ones is made again without one of them. */
const MAX_RETRIES = 200
const TOO_FEW_CLUSTERS = 'the number of clusters is less than the cluster spreadConstraint.MinGroups'

/**
 * Chooses groups for each topology key, wide ones first and narrow ones inside of them, then clusters: the first of each
 * chosen group, and more in the order of selection as the constraint on clusters allows.
 *
 * @param ranked feasible clusters in the order of selection
 * @source spec/behaviour/scheduling.md §7.2; docs/decisions/0019
 */
export function selectByGroups(
  ranked: readonly RankedCluster[],
  demands: GroupDemands,
): GroupSelection | ScheduleFailure {
  const narrowed = narrow({ demands, retries: { left: MAX_RETRIES } }, ranked, [])
  if (narrowed.type === 'failure') return narrowed
  const { clusters, chosen } = narrowed
  const first = coverGroups(clusters, chosen)
  const count = Math.max(first.length, Math.min(clusters.length, demands.cluster?.maxGroups ?? 0))
  const taken = new Set(first)
  const more = clusters.filter(cluster => !taken.has(cluster)).slice(0, count - first.length)
  return { type: 'selected', clusters: [...first, ...more], chosen }
}

interface Search {
  readonly demands: GroupDemands
  readonly retries: { left: number }
}

/** The clusters that are left, and the groups that they are in. */
type Narrowed = GroupSelection | ScheduleFailure

function narrow(search: Search, clusters: readonly RankedCluster[], chosen: readonly ChosenGroups[]): Narrowed {
  const constraint = search.demands.constraints[chosen.length]
  if (constraint === undefined) return { type: 'selected', clusters, chosen }
  const { key, minGroups } = constraint
  const grouped = groupClusters(clusters, constraint)
  if (grouped.size < minGroups) {
    return failure('SchedulerError', `the number of feasible ${key.name} is less than spreadConstraint.MinGroups`)
  }
  const excluded = new Set<string>()
  let refused: ScheduleFailure | undefined
  for (;;) {
    const names = chooseLevel(search.demands, { constraint, grouped, excluded }, chosen)
    if (names === undefined) return refused ?? failure('SchedulerError', TOO_FEW_CLUSTERS)
    const inside = clusters.filter(cluster => names.includes(groupNameOf(cluster, constraint) ?? ''))
    const deeper = narrow(search, inside, [...chosen, { constraint, names, outOf: grouped.size }])
    if (deeper.type === 'selected' || search.retries.left-- <= 0) return deeper
    refused ??= deeper
    excluded.add(poorestOf(search.demands, { constraint, grouped, names, level: chosen.length }))
  }
}

interface Level {
  readonly constraint: TopologyConstraint
  /** Clusters by name of group. */
  readonly grouped: ReadonlyMap<string, readonly RankedCluster[]>
  readonly excluded: ReadonlySet<string>
}

/** The best groups of a key, so that no group that was chosen for a wider key is left without a cluster. */
function chooseLevel(
  demands: GroupDemands,
  { constraint, grouped, excluded }: Level,
  wider: readonly ChosenGroups[],
): readonly string[] | undefined {
  const minClusters = demands.cluster?.minGroups ?? 0
  const weighed = Array.from(grouped, ([name, clusters]): WeighedGroup => {
    const { replicas, duplicated } = demands
    const weight = scoreGroup(clusters, { replicas, duplicated, minGroups: constraint.minGroups, minClusters })
    return { name, weight, size: clusters.length }
  }).filter(({ name }) => !excluded.has(name))
  const needed = neededGroups(weighed, grouped, wider)
  if (needed.length > constraint.maxGroups) return undefined
  const others = weighed.filter(group => !needed.includes(group))
  const limits: GroupLimits = {
    minGroups: constraint.minGroups - needed.length,
    maxGroups: constraint.maxGroups - needed.length,
    minClusters: minClusters - needed.reduce((sum, { size }) => sum + size, 0),
  }
  const isEnough = needed.length > 0 && limits.minGroups <= 0 && limits.minClusters <= 0
  const more = isEnough ? [] : chooseGroups(others, atLeastNothing(limits))
  return more && [...needed, ...more].map(({ name }) => name)
}

/** One more group is wanted for its clusters alone when there are enough groups already. */
function atLeastNothing({ minGroups, maxGroups, minClusters }: GroupLimits): GroupLimits {
  return { minGroups: Math.max(1, minGroups), maxGroups, minClusters: Math.max(0, minClusters) }
}

/** For each group of a wider key the best group that it has a cluster in. */
function neededGroups(
  weighed: readonly WeighedGroup[],
  grouped: Level['grouped'],
  wider: readonly ChosenGroups[],
): readonly WeighedGroup[] {
  const bestFirst = [...weighed].sort((a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1))
  const needed = new Set<WeighedGroup>()
  for (const { constraint, names } of wider) {
    for (const name of names) {
      const best = bestFirst.find(group => grouped.get(group.name)?.some(c => groupNameOf(c, constraint) === name))
      if (best !== undefined) needed.add(best)
    }
  }
  return [...needed]
}

/** The chosen group with the fewest groups of the next key in it: the one that most likely stands in the way. */
function poorestOf(
  { constraints }: GroupDemands,
  { grouped, names, level }: Omit<Level, 'excluded'> & { readonly names: readonly string[]; readonly level: number },
): string {
  const next = constraints[level + 1]
  const riches = (name: string): number =>
    new Set((grouped.get(name) ?? []).map(cluster => next && groupNameOf(cluster, next))).size
  // Between equals the last, which is the least good.
  return names.reduce((poorest, name) => (riches(name) <= riches(poorest) ? name : poorest), names[0] ?? '')
}

/** The first cluster of each chosen group, narrow keys first: their clusters stand for wider groups too. */
function coverGroups(clusters: readonly RankedCluster[], chosen: readonly ChosenGroups[]): readonly RankedCluster[] {
  const taken: RankedCluster[] = []
  for (const { constraint, names } of [...chosen].reverse()) {
    const grouped = groupClusters(clusters, constraint)
    const covered = new Set(taken.map(cluster => groupNameOf(cluster, constraint)))
    for (const name of names) {
      const first = grouped.get(name)?.[0]
      if (first !== undefined && !covered.has(name)) taken.push(first)
    }
  }
  return taken
}

function groupClusters(
  clusters: readonly RankedCluster[],
  constraint: TopologyConstraint,
): ReadonlyMap<string, readonly RankedCluster[]> {
  const grouped = new Map<string, RankedCluster[]>()
  for (const cluster of clusters) {
    const name = groupNameOf(cluster, constraint)
    if (name === undefined) continue
    const members = grouped.get(name)
    if (members === undefined) grouped.set(name, [cluster])
    else members.push(cluster)
  }
  return grouped
}

function groupNameOf({ cluster }: RankedCluster, { key }: TopologyConstraint): string | undefined {
  return key.groupOf(cluster)
}
