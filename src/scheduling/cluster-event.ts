import { deepEqual } from '../object/equality.ts'
import { matchesCluster } from '../policy/cluster-affinity.ts'
import type { SchedulableBinding, SchedulableCluster } from './placement.ts'

/** A Cluster as far as a change of it can change a schedule. */
export type WatchedCluster = SchedulableCluster & {
  readonly metadata: SchedulableCluster['metadata'] & { readonly generation?: number }
}

/**
 * Whether a change of a cluster can change where bindings go: labels, spec (taints), start of deletion. Beyond
 * Karmada, also the APIs that it serves: a cluster whose APIs become known late must not be missed until its next edit.
 *
 * @source spec/behaviour/scheduling.md §1 "Event sources"
 */
export function changesSchedules(previous: WatchedCluster, cluster: WatchedCluster): boolean {
  return (
    previous.metadata.generation !== cluster.metadata.generation ||
    previous.metadata.deletionTimestamp !== cluster.metadata.deletionTimestamp ||
    !deepEqual(previous.metadata.labels, cluster.metadata.labels) ||
    !deepEqual(previous.status?.apiEnablements, cluster.status?.apiEnablements)
  )
}

/**
 * Whether a change of a cluster concerns a binding: it is deleted while the binding is there, or the current affinity takes the cluster as it was or as it is. With
 * clusterAffinities the observed term counts; without one, or when the binding itself awaits scheduling, always.
 *
 * @param states the cluster before and after
 * @source spec/behaviour/scheduling.md §1 "Event sources"
 */
export function isConcerned(
  { metadata, spec, status }: SchedulableBinding,
  states: readonly SchedulableCluster[],
): boolean {
  if (states.some(cluster => isLeaving(cluster) && hasTarget(spec, cluster))) return true
  const { clusterAffinity, clusterAffinities = [] } = spec.placement ?? {}
  if (clusterAffinities.length === 0) return states.some(cluster => matchesCluster(clusterAffinity, cluster))
  if (status?.schedulerObservedGeneration !== metadata?.generation) return true
  const observed = clusterAffinities.find(term => term.affinityName === status?.schedulerObservingAffinityName)
  return observed === undefined || states.some(cluster => matchesCluster(observed, cluster))
}

function isLeaving({ metadata }: SchedulableCluster): boolean {
  return metadata.deletionTimestamp !== undefined
}

function hasTarget({ clusters = [] }: SchedulableBinding['spec'], { metadata }: SchedulableCluster): boolean {
  return clusters.some(target => target.name === metadata.name)
}
