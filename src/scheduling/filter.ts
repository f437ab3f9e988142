import type { SchedulableCluster } from './placement.ts'
import type { CycleContext, SchedulerPlugin } from './plugin.ts'
import { apiEnablement } from './plugins/api-enablement.ts'

export interface Rejection {
  readonly plugin: string
  readonly reason: string
}

export interface FilterResult {
  readonly feasible: readonly SchedulableCluster[]
  /** Every failed filter of every unfit cluster, by name. Clusters under deletion are not looked at. */
  readonly rejections: ReadonlyMap<string, readonly Rejection[]>
}

/**
 * Asks every filter about every cluster.
 *
 * @source spec/behaviour/scheduling.md §4
 */
export function filterClusters(
  context: CycleContext,
  plugins: readonly SchedulerPlugin[],
  clusters: readonly SchedulableCluster[],
): FilterResult {
  const filters = plugins.filter(plugin => plugin.filter !== undefined)
  const feasible: SchedulableCluster[] = []
  const rejections = new Map<string, readonly Rejection[]>()
  for (const cluster of clusters) {
    if (cluster.metadata.deletionTimestamp) continue
    const rejected = rejectionsOf(context, filters, cluster)
    if (rejected === undefined) feasible.push(cluster)
    else rejections.set(cluster.metadata.name, rejected)
  }
  return { feasible, rejections }
}

/** What is to be placed, where it is told. */
export interface PlacedKind {
  readonly apiVersion: string
  readonly kind: string
}

/**
 * The message of a binding for which no cluster is fit. Of each cluster the first failed filter is counted. Where a cluster does not
 * serve the kind, it says besides that nobody has to do anything once the CRD is there.
 *
 * @param clusterCount all clusters, those under deletion included
 * @source spec/behaviour/scheduling.md §4
 */
export function fitErrorMessage(
  clusterCount: number,
  rejections: FilterResult['rejections'],
  { apiVersion, kind }: PlacedKind,
): string {
  const firsts = [...rejections.values()].flatMap(([first]) => first ?? [])
  const isUnserved = firsts.some(({ plugin }) => plugin === apiEnablement.name)
  const hint = isUnserved ? ` It goes on by itself when a cluster serves ${kind} of ${apiVersion}.` : ''
  return `${countReasons(clusterCount, firsts)}${hint}`
}

function countReasons(clusterCount: number, rejections: readonly Rejection[]): string {
  const counts = new Map<string, number>()
  for (const { reason } of rejections) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const reasons = Array.from(counts, ([reason, count]) => `${count} ${reason}`).sort()
  return `0/${clusterCount} clusters are available: ${reasons.length === 0 ? 'no cluster exists' : reasons.join(', ')}.`
}

/** Allocates nothing for a cluster that is fit. */
function rejectionsOf(
  context: CycleContext,
  filters: readonly SchedulerPlugin[],
  cluster: SchedulableCluster,
): readonly Rejection[] | undefined {
  let rejections: Rejection[] | undefined
  for (const plugin of filters) {
    const reason = plugin.filter?.(context, cluster)
    if (reason === undefined) continue
    rejections ??= []
    rejections.push({ plugin: plugin.name, reason })
  }
  return rejections
}
