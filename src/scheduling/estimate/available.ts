import { isPlacedWhole, type SchedulableCluster, type SchedulableSpec } from '../placement.ts'
import { type Estimate, estimateReplicas, estimateSets, UNLIMITED_REPLICAS } from './general.ts'

/** Room of a cluster for one binding. */
export interface Room {
  /** Replicas that still fit; of a workload with several components, complete sets. */
  readonly allocatable: number
  /** The same plus those that the binding runs there already. */
  readonly available: number
}

/** An estimator answers this when it cannot tell. */
const NO_ANSWER = -1

/**
 * The room of a cluster: the least that any estimator says. When none says anything, the replicas that are wanted.
 *
 * @param estimates answers of estimators besides the general one, by cluster name
 * @source spec/behaviour/scheduling.md §6
 */
export function newRoomEstimate(
  spec: SchedulableSpec,
  estimates: readonly ReadonlyMap<string, number>[] = [],
): (cluster: SchedulableCluster) => Room {
  const assigned = new Map((spec.clusters ?? []).map(target => [target.name, target.replicas ?? 0]))
  const { replicas: wanted = 0, components = [] } = spec
  const withAssigned = (allocatable: number, name: string): Room => ({
    allocatable,
    available: allocatable + (assigned.get(name) ?? 0),
  })
  if (!needsEstimate(spec)) return ({ metadata }) => withAssigned(UNLIMITED_REPLICAS, metadata.name)
  const general = isPlacedWhole(spec) ? estimateSets(components) : estimateReplicas(spec.replicaRequirements)
  return cluster => {
    const least = leastOf(cluster, general, estimates)
    return withAssigned(least === UNLIMITED_REPLICAS ? wanted : least, cluster.metadata.name)
  }
}

/** Whether there is anything that needs room: else every cluster has as much as is wanted. */
export function needsEstimate(spec: SchedulableSpec): boolean {
  return (spec.replicas ?? 0) > 0 || isPlacedWhole(spec)
}

function leastOf(
  cluster: SchedulableCluster,
  general: Estimate,
  estimates: readonly ReadonlyMap<string, number>[],
): number {
  let least = general(cluster)
  for (const answers of estimates) {
    const answer = answers.get(cluster.metadata.name) ?? NO_ANSWER
    if (answer !== NO_ANSWER && answer < least) least = answer
  }
  return least
}
