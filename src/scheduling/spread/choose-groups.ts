import { newHeap } from '../divide/heap.ts'

/** A group of clusters as far as the choice depends on it. */
export interface WeighedGroup {
  readonly name: string
  /** How good it is. */
  readonly weight: number
  /** How many clusters it has, 1 or more. */
  readonly size: number
}

export interface GroupLimits {
  /** 1 or more. */
  readonly minGroups: number
  readonly maxGroups: number
  /** Clusters that the chosen groups have to have together. */
  readonly minClusters: number
}

/** Above so many steps the exact choice would take longer than anybody waits for; a near one is made then. */
const MAX_STATES = 1_000_000

/**
 * Chooses groups: of all choices that are just enough, the one with the most weight, and of it the best groups as far as they
 * are enough already. A choice is just enough when groups are added in ascending order of size until limits are met.
 *
 * Karmada walks through all combinations. The same choice is found here by remembering, for each place in the order, each
 * number of groups and of clusters so far, the best way to go on: groups × groups × clusters steps at most.
 *
 * @returns the chosen groups, best first; undefined when no choice is enough.
 * @source spec/behaviour/scheduling.md §7.2; docs/decisions/0019
 */
export function chooseGroups(
  groups: readonly WeighedGroup[],
  limits: GroupLimits,
): readonly WeighedGroup[] | undefined {
  const ascending = [...groups].sort((a, b) => a.size - b.size || b.weight - a.weight || compareNames(a, b))
  const capped = { ...limits, maxGroups: Math.min(limits.maxGroups, groups.length) }
  const chosen =
    capped.minClusters <= capped.minGroups ? bestByWeight(ascending, capped) : bestBySearch(ascending, capped)
  return chosen && shortestEnough([...chosen].sort(byWeight), capped)
}

/** The best groups first; as soon as they are enough, worse ones are left out. */
function shortestEnough(
  chosen: readonly WeighedGroup[],
  { minGroups, minClusters }: GroupLimits,
): readonly WeighedGroup[] {
  let clusters = 0
  const last = chosen.findIndex(({ size }, index) => {
    clusters += size
    return index + 1 >= minGroups && clusters >= minClusters
  })
  return chosen.slice(0, last + 1)
}

/** Every group has a cluster: with enough groups there are enough clusters, and the heaviest are the best choice. */
function bestByWeight(
  ascending: readonly WeighedGroup[],
  { minGroups, maxGroups }: GroupLimits,
): readonly WeighedGroup[] | undefined {
  if (ascending.length < minGroups || minGroups > maxGroups) return undefined
  return [...ascending].sort((a, b) => b.weight - a.weight || b.size - a.size).slice(0, minGroups)
}

function bestBySearch(ascending: readonly WeighedGroup[], limits: GroupLimits): readonly WeighedGroup[] | undefined {
  const states = ascending.length * limits.maxGroups * (limits.minClusters + 1)
  return states > MAX_STATES ? nearBest(ascending, limits) : exactBest(ascending, limits)
}

/**
 * From the last place to the first: for each number of groups and clusters so far the best way to go on. Like a walk through
 * all combinations that remembers where it has been.
 */
function exactBest(ascending: readonly WeighedGroup[], limits: GroupLimits): readonly WeighedGroup[] | undefined {
  const ways = newWays(limits)
  const takes = ascending.map(() => new Uint8Array(ways.weights.length))
  for (const [place, group] of [...ascending.entries()].reverse()) {
    const countable = Math.min(place + 1, limits.maxGroups)
    for (let count = 0; count < countable; count++) decideAt(ways, group, { count, taken: at(takes, place) })
  }
  if ((ways.weights[0] ?? NO_WAY) === NO_WAY) return undefined
  return follow(ascending, limits, (place, count, size) => at(takes, place)[ways.indexOf(count, size)] === 1)
}

/** Decides for every number of clusters so far whether the group is taken. */
function decideAt(
  ways: Ways,
  group: WeighedGroup,
  { count, taken }: { readonly count: number; readonly taken: Uint8Array },
): void {
  for (let size = 0; size <= ways.limits.minClusters; size++) {
    if (isEnough(ways.limits, count, size)) continue
    if (improve(ways, group, { count, size })) taken[ways.indexOf(count, size)] = 1
  }
}

/** How many groups and clusters are taken so far; clusters beyond those that are needed are not told apart. */
interface State {
  readonly count: number
  readonly size: number
}

/** What the best way from each state on adds. */
interface Ways {
  readonly weights: Float64Array
  readonly sizes: Float64Array
  readonly limits: GroupLimits
  readonly indexOf: (count: number, size: number) => number
}

const NO_WAY = -1

function newWays(limits: GroupLimits): Ways {
  const { maxGroups, minClusters } = limits
  const indexOf = (count: number, size: number): number => count * (minClusters + 1) + size
  const weights = new Float64Array((maxGroups + 1) * (minClusters + 1)).fill(NO_WAY)
  for (let count = 0; count <= maxGroups; count++) {
    if (isEnough(limits, count, minClusters)) weights[indexOf(count, minClusters)] = 0
  }
  return { weights, sizes: new Float64Array(weights.length), limits, indexOf }
}

/**
 * Takes the group in a state, if that is at least as good as leaving it out: between equals the earlier group wins. States
 * with more groups are those of the next place still, because counts ascend.
 *
 * @returns whether the group is taken.
 */
function improve(ways: Ways, group: WeighedGroup, { count, size }: State): boolean {
  const { weights, sizes, indexOf } = ways
  const here = indexOf(count, size)
  const next = indexOf(count + 1, Math.min(size + group.size, ways.limits.minClusters))
  if ((weights[next] ?? NO_WAY) === NO_WAY) return false
  const weight = (weights[next] ?? 0) + group.weight
  const total = (sizes[next] ?? 0) + group.size
  const without = weights[here] ?? NO_WAY
  if (without > weight || (without === weight && (sizes[here] ?? 0) > total)) return false
  weights[here] = weight
  sizes[here] = total
  return true
}

function follow(
  ascending: readonly WeighedGroup[],
  limits: GroupLimits,
  isTaken: (place: number, count: number, size: number) => boolean,
): readonly WeighedGroup[] {
  const chosen: WeighedGroup[] = []
  let size = 0
  for (const [place, group] of ascending.entries()) {
    if (isEnough(limits, chosen.length, size)) break
    if (!isTaken(place, chosen.length, size)) continue
    chosen.push(group)
    size = Math.min(size + group.size, limits.minClusters)
  }
  return chosen
}

function isEnough({ minGroups, minClusters }: GroupLimits, count: number, size: number): boolean {
  return count >= minGroups && size >= minClusters
}

/** The heaviest groups; while they lack clusters, larger ones take the places of the lightest. */
function nearBest(
  ascending: readonly WeighedGroup[],
  { minGroups, maxGroups, minClusters }: GroupLimits,
): readonly WeighedGroup[] | undefined {
  const heaviest = [...ascending].sort((a, b) => b.weight - a.weight || b.size - a.size)
  const largest = [...heaviest].sort((a, b) => b.size - a.size)
  const count = Math.max(minGroups, countOfLargest(largest, minClusters))
  if (count > maxGroups) return undefined
  const chosen = heaviest.slice(0, count)
  const names = new Set(chosen.map(({ name }) => name))
  const spares = newHeap(
    largest.filter(({ name }) => !names.has(name)),
    (a, b) => a.size > b.size,
  )
  let missing = minClusters - sizeOf(chosen)
  for (let place = count - 1; place >= 0 && missing > 0; place--) {
    const [own, spare] = [chosen[place], spares.top]
    if (own === undefined || spare === undefined || spare.size <= own.size) continue
    chosen[place] = spare
    spares.replaceTop(own)
    missing -= spare.size - own.size
  }
  return chosen
}

/** How many groups are needed at least to have so many clusters; Infinity when all are too few. */
function countOfLargest(largest: readonly WeighedGroup[], minClusters: number): number {
  let clusters = 0
  const last = largest.findIndex(({ size }) => {
    clusters += size
    return clusters >= minClusters
  })
  return last < 0 ? Number.POSITIVE_INFINITY : last + 1
}

function at<T>(list: readonly T[], index: number): T {
  const element = list[index]
  if (element === undefined) throw new RangeError(`no element ${index}`)
  return element
}

function sizeOf(groups: readonly WeighedGroup[]): number {
  return groups.reduce((sum, { size }) => sum + size, 0)
}

function byWeight(a: WeighedGroup, b: WeighedGroup): number {
  return b.weight - a.weight || compareNames(a, b)
}

function compareNames(a: WeighedGroup, b: WeighedGroup): number {
  return a.name < b.name ? -1 : 1
}
