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

/** What an estimator answers, by cluster name: replicas that still fit, or -1 when it cannot tell. */
export type ClusterEstimates = Pick<ReadonlyMap<string, number>, 'get'>

/**
 * The room of a cluster: the least that any estimator says. When none says anything, the replicas that are wanted. The general
 * one leaves the grades of nodes out where another has answered: those know the nodes.
 *
 * @param estimates answers of estimators besides the general one
 * @source spec/behaviour/scheduling.md §6
 */
export function newRoomEstimate(
  spec: SchedulableSpec,
  estimates: readonly ClusterEstimates[] = [],
): (cluster: SchedulableCluster) => Room {
  const assigned = new Map((spec.clusters ?? []).map(target => [target.name, target.replicas ?? 0]))
  const { replicas: wanted = 0, components = [] } = spec
  const withAssigned = (allocatable: number, name: string): Room => ({
    allocatable,
    available: allocatable + (assigned.get(name) ?? 0),
  })
  if (!needsEstimate(spec)) return ({ metadata }) => withAssigned(UNLIMITED_REPLICAS, metadata.name)
  const general = (by: 'grades' | 'sum'): Estimate =>
    isPlacedWhole(spec) ? estimateSets(components, by) : estimateReplicas(spec.replicaRequirements, by)
  const [byGrades, bySum] = [general('grades'), general('sum')]
  return cluster => {
    const { name } = cluster.metadata
    const answer = leastAnswer(name, estimates)
    const least = answer === NO_ANSWER ? byGrades(cluster) : Math.min(answer, bySum(cluster))
    return withAssigned(least === UNLIMITED_REPLICAS ? wanted : least, name)
  }
}

/** Whether there is anything that needs room: else every cluster has as much as is wanted. */
export function needsEstimate(spec: SchedulableSpec): boolean {
  return (spec.replicas ?? 0) > 0 || isPlacedWhole(spec)
}

function leastAnswer(cluster: string, estimates: readonly ClusterEstimates[]): number {
  let least = NO_ANSWER
  for (const answers of estimates) {
    const answer = answers.get(cluster) ?? NO_ANSWER
    if (answer !== NO_ANSWER && (least === NO_ANSWER || answer < least)) least = answer
  }
  return least
}
