import type { SchedulableCluster } from '../scheduling/placement.ts'
import type { RankedCluster } from '../scheduling/rank.ts'

/** A feasible cluster with room for so many replicas, as spread constraints and divisions see it. */
export function aRanked(
  name: string,
  fields: {
    readonly available?: number
    readonly score?: number
    readonly spec?: SchedulableCluster['spec']
    readonly labels?: Readonly<Record<string, string>>
  } = {},
): RankedCluster {
  const { available = 100, score = 0, spec, labels } = fields
  return {
    name,
    cluster: { metadata: { name, ...(labels && { labels }) }, ...(spec && { spec }) },
    place: 0,
    tier: 0,
    score,
    scores: [score],
    room: { allocatable: available, available },
  }
}
