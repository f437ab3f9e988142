import { failure, type ScheduleFailure } from './outcome.ts'
import {
  divisionStrategy,
  isDuplicated,
  type Placement,
  type SchedulableSpec,
  type SpreadConstraint,
} from './placement.ts'
import type { RankedCluster } from './rank.ts'
import { IGNORE_CAPACITY, selectByCluster } from './spread/cluster.ts'

/**
 * The constraints that bear on the choice of clusters: none where replicas follow static weights.
 *
 * @source spec/behaviour/scheduling.md §7
 */
export function effectiveConstraints(placement: Placement): readonly SpreadConstraint[] {
  return divisionStrategy(placement) === 'StaticWeight' ? [] : (placement.spreadConstraints ?? [])
}

/**
 * Chooses among feasible clusters by the placement's spread constraints.
 *
 * @param ranked feasible clusters in the order of selection
 * @returns the chosen ones, or why there is no choice.
 * @source spec/behaviour/scheduling.md §7
 */
export function selectClusters(
  ranked: readonly RankedCluster[],
  spec: SchedulableSpec,
  placement: Placement,
): readonly RankedCluster[] | ScheduleFailure {
  const constraints = effectiveConstraints(placement)
  if (constraints.length === 0) return ranked
  const byField = new Map(constraints.map(constraint => [constraint.spreadByField, constraint]))
  if (byField.has('region')) return failure('SchedulerError', 'spreadByField region is not supported by this version')
  const cluster = byField.get('cluster')
  if (cluster === undefined) return failure('SchedulerError', 'just support cluster and region spread constraint')
  return selectByCluster(ranked, cluster, neededReplicas(spec, placement))
}

function neededReplicas(spec: SchedulableSpec, placement: Placement): number {
  if (isDuplicated(placement)) return IGNORE_CAPACITY
  return (spec.components ?? []).length > 1 ? 1 : (spec.replicas ?? 0)
}
