import type { ClusterMatcher } from '../policy/cluster-affinity.ts'
import type { Placement, SchedulableCluster, SchedulableSpec } from './placement.ts'

/** What a plugin may look at besides the cluster: prepared once per cycle, so that a cluster costs no search. */
export interface CycleContext {
  readonly spec: SchedulableSpec
  readonly placement: Placement
  /** Clusters of the previous result. */
  readonly targetNames: ReadonlySet<string>
  /** Clusters that a graceful eviction task names. */
  readonly evictedNames: ReadonlySet<string>
  /**
   * The affinity being tried, then its overflow affinities: the index is the tier of a cluster.
   * Empty when the placement has no affinity.
   */
  readonly tiers: readonly ClusterMatcher[]
  /** The targets of each other placed binding of the affinity group; empty without a group. */
  readonly affinityPeers: readonly ReadonlySet<string>[]
  readonly antiAffinityPeers: readonly ReadonlySet<string>[]
}

/**
 * One rule of scheduling. A new one is a file in plugins/ and a line in registry.ts.
 *
 * @source spec/behaviour/scheduling.md §4
 */
export interface SchedulerPlugin {
  readonly name: string
  /** @returns why the cluster is unfit, in Karmada's words; undefined when it is fit. */
  readonly filter?: (context: CycleContext, cluster: SchedulableCluster) => string | undefined
  /** @returns 0 to 100; scores of all plugins are added. */
  readonly score?: (context: CycleContext, cluster: SchedulableCluster) => number
}
