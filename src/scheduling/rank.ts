import type { Room } from './estimate/available.ts'
import type { SchedulableCluster } from './placement.ts'
import type { CycleContext, SchedulerPlugin } from './plugin.ts'

/** A feasible cluster, with what decides its place in the order of selection. */
export interface RankedCluster {
  readonly name: string
  readonly cluster: SchedulableCluster
  /** Its place among the feasible clusters by name. */
  readonly place: number
  /** Index of the affinity that takes it: 0 the one being tried, then its overflow affinities. */
  readonly tier: number
  /** Sum of `scores`. */
  readonly score: number
  /** Of each score plugin, in their order. */
  readonly scores: readonly number[]
  readonly room: Room
}

const NO_TIER = 1000

/**
 * Puts feasible clusters into the order of selection: tier, score (high first), room (much first), name.
 *
 * @param feasible by name: between equals their order stays
 * @source spec/behaviour/scheduling.md §7
 */
export function rankClusters(
  feasible: readonly SchedulableCluster[],
  context: CycleContext,
  { scorers, roomOf }: { readonly scorers: readonly Scorer[]; readonly roomOf: (cluster: SchedulableCluster) => Room },
): readonly RankedCluster[] {
  const ranked = feasible.map((cluster, place): RankedCluster => {
    const scores = scorers.map(({ score }) => score(context, cluster))
    const score = scores.reduce((sum, each) => sum + each, 0)
    const tier = tierOf(cluster, context)
    return { name: cluster.metadata.name, cluster, place, tier, score, scores, room: roomOf(cluster) }
  })
  return ranked.sort(byRank)
}

/** A plugin that scores. */
export type Scorer = SchedulerPlugin & Required<Pick<SchedulerPlugin, 'score'>>

/** @returns those of the plugins that score, in their order. */
export function scorersOf(plugins: readonly SchedulerPlugin[]): readonly Scorer[] {
  return plugins.flatMap(plugin => (plugin.score === undefined ? [] : [{ ...plugin, score: plugin.score }]))
}

function byRank(a: RankedCluster, b: RankedCluster): number {
  return a.tier - b.tier || b.score - a.score || b.room.available - a.room.available
}

function tierOf(cluster: SchedulableCluster, { tiers }: CycleContext): number {
  if (tiers.length <= 1) return 0
  const index = tiers.findIndex(matches => matches(cluster))
  return index < 0 ? NO_TIER : index
}
