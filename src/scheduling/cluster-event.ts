import { deepEqual } from '../object/equality.ts'
import { matchesCluster } from '../policy/cluster-affinity.ts'
import { freeAmount } from './estimate/amounts.ts'
import type { ResourceSummary, SchedulableBinding, SchedulableCluster } from './placement.ts'

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
 * Whether a cluster has more of anything than before: more free of a resource, or more nodes of a grade. What waits for room may fit
 * now; what is placed stays.
 */
export function gainsRoom(previous: SchedulableCluster, cluster: SchedulableCluster): boolean {
  const [before = {}, now] = [previous.status?.resourceSummary, cluster.status?.resourceSummary]
  if (now === undefined || deepEqual(before, now)) return false
  return hasMoreFree(before, now) || hasMoreNodes(before, now)
}

function hasMoreFree(before: ResourceSummary, now: ResourceSummary): boolean {
  const resources = Object.keys(now.allocatable ?? {})
  return resources.some(resource => (freeAmount(now, resource) ?? 0) > Math.max(0, freeAmount(before, resource) ?? 0))
}

function hasMoreNodes(before: ResourceSummary, now: ResourceSummary): boolean {
  const counts = new Map((before.allocatableModelings ?? []).map(({ grade, count }) => [grade, count]))
  return (now.allocatableModelings ?? []).some(({ grade, count }) => count > (counts.get(grade) ?? 0))
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
