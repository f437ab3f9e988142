import type { AggregatedStatusItem, ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import { clusterOfExecutionNamespace } from '../api/names.ts'
import { type DesiredCondition, findCondition } from '../object/condition.ts'
import type { Work } from '../object/karmada-objects.ts'
import { manifestsOf } from '../object/work-manifests.ts'
import { isPurgedAtOnce } from '../policy/purge-mode.ts'
import { isSameIdentifier, manifestIdentifier } from './manifest-status.ts'

/**
 * What the clusters of a binding report, one item for each Work that is not being deleted, sorted by cluster.
 * As on Karmada's wire, `applied` is left out when false: test it with `=== true`.
 *
 * @param works the Works of one binding
 * @source spec/behaviour/status.md §2
 */
export function aggregatedStatus(works: readonly Work[]): readonly AggregatedStatusItem[] {
  return works
    .filter(work => work.metadata.deletionTimestamp === undefined)
    .map(itemOf)
    .filter(item => item !== undefined)
    .toSorted((a, b) => (a.clusterName < b.clusterName ? -1 : a.clusterName > b.clusterName ? 1 : 0))
}

/**
 * Whether every cluster that should have the resource has it.
 *
 * @param items what {@link aggregatedStatus} gave
 * @source spec/behaviour/status.md §2 "Condition FullyApplied"
 */
export function fullyApplied(
  binding: { readonly spec: ResourceBindingSpec },
  items: readonly AggregatedStatusItem[],
): DesiredCondition {
  const expected = expectedClusters(binding)
  const complete = expected.size > 0 && expected.size === items.length
  return complete && items.every(item => item.applied === true && expected.has(item.clusterName))
    ? APPLIED
    : NOT_APPLIED
}

/**
 * The clusters in which a binding may have Works: its targets, those of the bindings that depend on it, and those that it
 * is being evicted from unless they are emptied at once.
 *
 * @source spec/behaviour/status.md §2, propagation.md §8 item 1
 */
export function expectedClusters({ spec }: { readonly spec: ResourceBindingSpec }): ReadonlySet<string> {
  const evicting = (spec.gracefulEvictionTasks ?? []).filter(task => !isPurgedAtOnce(task))
  return new Set([
    ...(spec.clusters ?? []).map(target => target.name),
    ...(spec.requiredBy ?? []).flatMap(snapshot => (snapshot.clusters ?? []).map(target => target.name)),
    ...evicting.map(task => task.fromCluster),
  ])
}

const APPLIED: DesiredCondition = {
  type: 'FullyApplied',
  status: 'True',
  reason: 'FullyAppliedSuccess',
  message: 'All works have been successfully applied',
}

const NOT_APPLIED: DesiredCondition = {
  type: 'FullyApplied',
  status: 'False',
  reason: 'FullyAppliedFailed',
  message: 'Failed to apply all works, see status.aggregatedStatus for details',
}

/** @returns undefined for a Work outside an execution namespace, and for one that carries nothing. */
function itemOf(work: Work): AggregatedStatusItem | undefined {
  const clusterName = clusterOfExecutionNamespace(work.metadata.namespace ?? '')
  const [manifest] = manifestsOf(work)
  if (clusterName === undefined || manifest === undefined) return undefined
  const applied = findCondition(work.status?.conditions, 'Applied')
  if (applied?.status !== 'True') {
    const appliedMessage = applied?.status === 'False' ? applied.message : ''
    return { clusterName, ...(appliedMessage !== '' && { appliedMessage }), health: 'Unknown' }
  }
  const identifier = manifestIdentifier(manifest, 0)
  const reported = work.status?.manifestStatuses?.find(status => isSameIdentifier(status.identifier, identifier))
  return {
    clusterName,
    ...(reported?.status && { status: reported.status }),
    applied: true,
    health: reported?.health ?? 'Unknown',
  }
}
