import type { ClusterAffinity } from '../policy/cluster-affinity.ts'
import { clusterMatcher } from '../policy/cluster-affinity.ts'
import type { PeerBinding, ScheduleInput } from './input.ts'
import { type AffinityTerm, isWorkload, type Placement, type WorkloadAffinityGroups } from './placement.ts'
import type { CycleContext } from './plugin.ts'

/** The affinity of a cycle: the placement's only one, or one of its terms. */
export type CycleAffinity = ClusterAffinity & Partial<Pick<AffinityTerm, 'affinityName' | 'overflowAffinities'>>

/** What plugins look at in a cycle with one affinity. */
export function newContext(
  { binding: { spec }, peers = [] }: Pick<ScheduleInput, 'binding' | 'peers'>,
  placement: Placement,
  affinity: CycleAffinity | undefined,
): CycleContext {
  const overflow = isWorkload(spec) ? (affinity?.overflowAffinities ?? []) : []
  const targetsOfGroup = (group: keyof WorkloadAffinityGroups) =>
    targetsOfPeers(peers, spec.workloadAffinityGroups, group)
  return {
    spec,
    placement,
    targetNames: new Set((spec.clusters ?? []).map(({ name }) => name)),
    evictedNames: new Set((spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster)),
    tiers: affinity === undefined ? [] : [affinity, ...overflow].map(clusterMatcher),
    affinityPeers: targetsOfGroup('affinityGroup'),
    antiAffinityPeers: targetsOfGroup('antiAffinityGroup'),
  }
}

/** Where the placed bindings of the same group are. A binding that is nowhere yet binds nobody. */
function targetsOfPeers(
  peers: readonly PeerBinding[],
  own: WorkloadAffinityGroups | undefined,
  group: keyof WorkloadAffinityGroups,
): readonly ReadonlySet<string>[] {
  const name = own?.[group]
  if (!name) return []
  return peers
    .filter(({ groups, clusters }) => groups[group] === name && clusters.length > 0)
    .map(({ clusters }) => new Set(clusters.map(target => target.name)))
}
