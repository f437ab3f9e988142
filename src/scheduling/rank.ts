import type { Room } from './estimate/available.ts'
import type { SchedulableCluster } from './placement.ts'
import type { CycleContext, SchedulerPlugin } from './plugin.ts'

/** A feasible cluster, with what decides its place in the order of selection. */
export interface RankedCluster {
  readonly name: string
  readonly cluster: SchedulableCluster
  /** Index of the affinity that takes it: 0 the one being tried, then its overflow affinities. */
  readonly tier: number
  readonly score: number
  /** Absent when capacity does not matter for this placement. */
  readonly room?: Room
}

const NO_TIER = 1000

/**
 * Puts feasible clusters into the order of selection: tier, score (high first), room (much first), name.
 *
 * @param roomOf absent when capacity does not matter
 * @source spec/behaviour/scheduling.md §7
 */
export function rankClusters(
  feasible: readonly SchedulableCluster[],
  context: CycleContext,
  {
    plugins,
    roomOf,
  }: { readonly plugins: readonly SchedulerPlugin[]; readonly roomOf?: (cluster: SchedulableCluster) => Room },
): readonly RankedCluster[] {
  const scorers = plugins.filter(plugin => plugin.score !== undefined)
  const ranked = feasible.map(cluster => ({
    name: cluster.metadata.name,
    cluster,
    tier: tierOf(cluster, context),
    score: scorers.reduce((sum, plugin) => sum + (plugin.score?.(context, cluster) ?? 0), 0),
    ...(roomOf ? { room: roomOf(cluster) } : {}),
  }))
  return ranked.sort(byRank)
}

function byRank(a: RankedCluster, b: RankedCluster): number {
  return (
    a.tier - b.tier ||
    b.score - a.score ||
    (b.room?.available ?? 0) - (a.room?.available ?? 0) ||
    (a.name < b.name ? -1 : 1)
  )
}

function tierOf(cluster: SchedulableCluster, { tiers }: CycleContext): number {
  if (tiers.length <= 1) return 0
  const index = tiers.findIndex(matches => matches(cluster))
  return index < 0 ? NO_TIER : index
}
