import type { DivisionStrategy } from './division.ts'
import { failure, type ScheduleFailure } from './outcome.ts'
import {
  isDuplicated,
  isPlacedWhole,
  type Placement,
  type SchedulableSpec,
  type SpreadConstraint,
} from './placement.ts'
import type { RankedCluster } from './rank.ts'
import { IGNORE_CAPACITY, selectByCluster } from './spread/cluster.ts'
import { type GroupSelection, selectByGroups } from './spread/groups.ts'
import { topologyConstraints } from './spread/topology.ts'

/** Who takes part in the division. */
export interface Selection {
  readonly type: 'selected'
  /** In the order in which they were taken. */
  readonly clusters: readonly RankedCluster[]
  /** How spread constraints chose, in words; absent without any. */
  readonly how?: string
  /** Why a feasible cluster was not chosen. */
  readonly noteOf: (cluster: RankedCluster) => string
}

/**
 * The constraints that bear on the choice of clusters: none where replicas follow static weights.
 *
 * @source spec/behaviour/scheduling.md §7
 */
export function effectiveConstraints(
  placement: Placement,
  division: DivisionStrategy | undefined,
): readonly SpreadConstraint[] {
  return division?.ignoresSpread?.(placement) === true ? [] : (placement.spreadConstraints ?? [])
}

/**
 * Chooses among feasible clusters by the placement's spread constraints.
 *
 * @param ranked feasible clusters in the order of selection
 * @returns the chosen ones, or why there is no choice.
 * @source spec/behaviour/scheduling.md §7; docs/decisions/0019
 */
export function selectClusters(
  ranked: readonly RankedCluster[],
  { spec, placement }: { readonly spec: SchedulableSpec; readonly placement: Placement },
  constraints: readonly SpreadConstraint[],
): Selection | ScheduleFailure {
  if (constraints.length === 0) return { type: 'selected', clusters: ranked, noteOf: () => '' }
  const cluster = constraints.find(({ spreadByField }) => spreadByField === 'cluster')
  const groups = topologyConstraints(constraints)
  if (groups.length > 0) {
    const selection = selectByGroups(ranked, {
      constraints: groups,
      cluster,
      replicas: spec.replicas ?? 0,
      duplicated: isDuplicated(placement),
    })
    return selection.type === 'failure' ? selection : describeGroups(selection)
  }
  if (cluster === undefined) return failure('SchedulerError', 'just support cluster and region spread constraint')
  const clusters = selectByCluster(ranked, cluster, neededReplicas(spec, placement))
  if ('type' in clusters) return clusters
  const how = `${clusters.length} of ${ranked.length} clusters`
  return { type: 'selected', clusters, how, noteOf: () => 'not selected by the spread constraints' }
}

function neededReplicas(spec: SchedulableSpec, placement: Placement): number {
  if (isDuplicated(placement)) return IGNORE_CAPACITY
  return isPlacedWhole(spec) ? 1 : (spec.replicas ?? 0)
}

function describeGroups({ clusters, chosen }: GroupSelection): Selection {
  const how = chosen.map(({ constraint, names, outOf }) => `${constraint.key.name} ${names.join(', ')} of ${outOf}`)
  return {
    type: 'selected',
    clusters,
    how: `${how.join('; ')}; ${clusters.length} clusters`,
    noteOf: ({ cluster }) => {
      const missed = chosen.find(({ constraint: { key }, names }) => !names.includes(key.groupOf(cluster) ?? ''))
      return missed === undefined
        ? 'not selected by the spread constraints: others of its groups come first'
        : `not selected by the spread constraints: ${missed.constraint.key.name} ${missed.constraint.key.groupOf(cluster)} is not chosen`
    },
  }
}
