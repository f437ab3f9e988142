import type { AggregatedStatusItem, ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import { clusterOfExecutionNamespace } from '../api/names.ts'
import { conditionMessage, type DesiredCondition, findCondition } from '../object/condition.ts'
import { workName } from '../object/generated-names.ts'
import { jsonSize } from '../object/json-size.ts'
import type { Work } from '../object/karmada-objects.ts'
import { printable, shorten } from '../object/printable.ts'
import { someNames } from '../object/some-names.ts'
import { manifestsOf } from '../object/work-manifests.ts'
import { isPurgedAtOnce } from '../policy/purge-mode.ts'
import { isSameIdentifier, MAX_STATUS_DEPTH, manifestIdentifier, nestsDeeperThan } from './manifest-status.ts'

/** What is asked of a binding here: where it is to be. */
interface Placed {
  readonly spec: ResourceBindingSpec
}

/**
 * What the clusters of a binding report: one item for each that it is in or is being evicted from, of its Work unless that is
 * being deleted; sorted by cluster. As on Karmada's wire, `applied` is left out when false: test it with `=== true`.
 *
 * Karmada gives one item for each Work with the binding's permanent-id. That is a label, which an agent may write on Works of its
 * own cluster: it must not speak for a workload that is not there, nor twice for one that is.
 *
 * @param works those with the permanent-id of the binding, whosever they are
 * @source spec/behaviour/status.md §2
 */
export function aggregatedStatus(binding: Placed, works: readonly Work[]): readonly AggregatedStatusItem[] {
  const items = [...reportingWorks(binding, works)]
    .map(([clusterName, work]) => itemOf(clusterName, work))
    .filter(item => item !== undefined)
    .toSorted((a, b) => (a.clusterName < b.clusterName ? -1 : a.clusterName > b.clusterName ? 1 : 0))
  return withinSize(items.map(withinDepth))
}

/** The one Work of each cluster that is heard: of several the one that is named after the template, else the first by name. */
function reportingWorks(binding: Placed, works: readonly Work[]): ReadonlyMap<string, Work> {
  const reporting = reportingClusters(binding)
  const named = workName(binding.spec.resource)
  const heard = new Map<string, Work>()
  for (const work of works) {
    const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '')
    if (cluster === undefined || !reporting.has(cluster) || work.metadata.deletionTimestamp !== undefined) continue
    const other = heard.get(cluster)?.metadata.name
    const { name } = work.metadata
    if (other === undefined || (other !== named && (name === named || name < other))) heard.set(cluster, work)
  }
  return heard
}

/** Where it may be, and what is emptied at once: that has it until its Work is on its way out. */
function reportingClusters(binding: Placed): ReadonlySet<string> {
  const evicting = (binding.spec.gracefulEvictionTasks ?? []).map(task => task.fromCluster)
  return new Set([...expectedClusters(binding), ...evicting])
}

/** Works are not written by our own reflection only: an agent writes its own. */
function withinDepth(item: AggregatedStatusItem): AggregatedStatusItem {
  return nestsDeeperThan(item.status, MAX_STATUS_DEPTH)
    ? withoutStatus(item, `it is nested deeper than ${MAX_STATUS_DEPTH} levels`)
    : item
}

/** An apiserver stores no object beyond 1.5 MiB, and the rest of a binding needs room too. */
const MAX_TOTAL_SIZE = 1024 * 1024

/** When the reports of all clusters together are too large, those that take more than their share are left out, and say so. */
function withinSize(items: readonly AggregatedStatusItem[]): readonly AggregatedStatusItem[] {
  const sizes = items.map(({ status }) => (status === undefined ? 0 : jsonSize(status, MAX_TOTAL_SIZE)))
  if (sizes.reduce((sum, size) => sum + size, 0) <= MAX_TOTAL_SIZE) return items
  const share = Math.floor(MAX_TOTAL_SIZE / items.length)
  return items.map((item, index) =>
    (sizes[index] ?? 0) <= share ? item : withoutStatus(item, `it is larger than ${share} bytes`),
  )
}

function withoutStatus({ status: _, ...item }: AggregatedStatusItem, why: string): AggregatedStatusItem {
  return { ...item, appliedMessage: `its status is left out: ${why}` }
}

/**
 * Whether every cluster that should have the resource has it.
 *
 * @param items what {@link aggregatedStatus} gave
 * @source spec/behaviour/status.md §2 "Condition FullyApplied"
 */
export function fullyApplied(binding: Placed, items: readonly AggregatedStatusItem[]): DesiredCondition {
  const expected = expectedClusters(binding)
  const complete = expected.size > 0 && expected.size === items.length
  return complete && items.every(item => item.applied === true && expected.has(item.clusterName))
    ? APPLIED
    : notApplied(expected, items)
}

/**
 * The clusters in which a binding may have Works: its targets, those of the bindings that depend on it, and those that it
 * is being evicted from unless they are emptied at once.
 *
 * @source spec/behaviour/status.md §2, propagation.md §8 item 1
 */
export function expectedClusters({ spec }: Placed): ReadonlySet<string> {
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

/** Than a Cluster may have. */
const LONGEST_NAME = 48

/** Karmada says no more than its first sentence, also where the details that it points at are none. */
function notApplied(expected: ReadonlySet<string>, items: readonly AggregatedStatusItem[]): DesiredCondition {
  const reporting = new Set(items.map(item => item.clusterName))
  const silent = [...expected].filter(name => !reporting.has(name)).toSorted()
  const names = someNames(silent.map(name => printable(shorten(name, LONGEST_NAME))))
  const unreported = silent.length === 0 ? '' : `; no Work tells of it in ${names}`
  const hint = expected.size === 0 ? '; it is to be in no cluster' : unreported
  const message = `Failed to apply all works, see status.aggregatedStatus for details${hint}`
  return { type: 'FullyApplied', status: 'False', reason: 'FullyAppliedFailed', message }
}

/** @returns undefined for a Work that carries nothing. */
function itemOf(clusterName: string, work: Work): AggregatedStatusItem | undefined {
  const [manifest] = manifestsOf(work)
  if (manifest === undefined) return undefined
  const applied = findCondition(work.status?.conditions, 'Applied')
  if (applied?.status !== 'True') {
    const appliedMessage = applied?.status === 'False' ? conditionMessage(applied.message) : ''
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
