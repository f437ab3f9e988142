import type { SchedulableCluster, SchedulableSpec } from '../placement.ts'
import { estimateBySummary, UNLIMITED_REPLICAS } from './general.ts'

/** Room of a cluster for one binding. */
export interface Room {
  /** Replicas that still fit. */
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
  const wanted = spec.replicas ?? 0
  const needsNone = wanted === 0 && (spec.components ?? []).length === 0
  return cluster => {
    const allocatable = needsNone ? UNLIMITED_REPLICAS : (leastOf(cluster, spec, estimates) ?? wanted)
    return { allocatable, available: allocatable + (assigned.get(cluster.metadata.name) ?? 0) }
  }
}

function leastOf(
  cluster: SchedulableCluster,
  spec: SchedulableSpec,
  estimates: readonly ReadonlyMap<string, number>[],
): number | undefined {
  let least = estimateBySummary(cluster.status?.resourceSummary, spec.replicaRequirements)
  for (const answers of estimates) {
    const answer = answers.get(cluster.metadata.name) ?? NO_ANSWER
    if (answer !== NO_ANSWER && answer < least) least = answer
  }
  return least === UNLIMITED_REPLICAS ? undefined : least
}
