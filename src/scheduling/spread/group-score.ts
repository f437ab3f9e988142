import type { RankedCluster } from '../rank.ts'

/** What a group is asked for. */
export interface GroupDemand {
  readonly replicas: number
  /** Every cluster gets all replicas. */
  readonly duplicated: boolean
  /** `minGroups` of the constraint on groups. */
  readonly minGroups: number
  /** `minGroups` of the constraint on clusters; 0 without one. */
  readonly minClusters: number
}

/** Room weighs a thousand times what the score of clusters does: a whole unit of it outweighs any score. */
const ROOM_WEIGHT = 1000

/**
 * How good a group of clusters is: first whether it has the room for its part, then what its clusters score on average.
 *
 * @param clusters of the group, in the order of selection
 * @source spec/behaviour/scheduling.md §7.2 "Region score"
 */
export function scoreGroup(clusters: readonly RankedCluster[], demand: GroupDemand): number {
  return demand.duplicated ? scoreForCopies(clusters, demand.replicas) : scoreForShare(clusters, demand)
}

/** How many of its clusters take all replicas. */
function scoreForCopies(clusters: readonly RankedCluster[], replicas: number): number {
  const fit = clusters.filter(({ room }) => room.available >= replicas)
  if (fit.length === 0) return 0
  return fit.length * ROOM_WEIGHT + Math.floor(sumOf(fit.map(({ score }) => score)) / fit.length)
}

/** How much of an equal share its first clusters take, as many as may be needed. */
function scoreForShare(clusters: readonly RankedCluster[], { replicas, minGroups, minClusters }: GroupDemand): number {
  const share = Math.ceil(replicas / minGroups)
  const least = Math.max(minClusters, minGroups)
  let [room, score, counted] = [0, 0, 0]
  for (const cluster of clusters) {
    room += cluster.room.available
    score += cluster.score
    counted++
    if (counted >= least && room >= share) break
  }
  return room < share
    ? room * ROOM_WEIGHT + Math.floor(score / clusters.length)
    : share * ROOM_WEIGHT + Math.floor(score / counted)
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
