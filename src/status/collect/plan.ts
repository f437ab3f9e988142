import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { ANNOTATION, clusterOfExecutionNamespace } from '../../api/names.ts'
import { aggregatedStatus, fullyApplied } from '../../interpreter/aggregated-status.ts'
import { type Condition, findCondition, isConditionTrue, setCondition } from '../../object/condition.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import { listAt } from '../../object/field.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { someNames } from '../../object/some-names.ts'
import { EVICTION_HALTED, haltedCondition, haltOf } from '../../rendering/eviction-halt.ts'
import { scheduleRecordOf } from '../../rendering/schedule-record.ts'
import { isForScheduler, isOurs, needsScheduling } from '../../scheduling/when.ts'

export interface ObservedBinding {
  readonly binding: Binding
  /** Works with the binding's permanent-id, whosever they are. */
  readonly works: readonly Work[]
  readonly clusters: readonly Cluster[]
  /** Our own name as a scheduler; default `default-scheduler`. */
  readonly schedulerName?: string
  /** What the template does on the host although its policy wants it in members; undefined when nothing. */
  readonly runsOnHost?: string | undefined
  /** RFC 3339. */
  readonly now: string
}

/** The type of the condition that says that a workload runs on the host as well. */
export const HOST_WORKLOAD_RUNNING = 'HostWorkloadRunning'

/** The type of the condition that names members whose status is not fresh. */
export const STATUS_STALE = 'StatusStale'

/**
 * The merge patch of a binding's status: what scheduling came to, and what the Works say.
 *
 * @returns undefined when nothing changes.
 * @source spec/behaviour/status.md §2, scheduling.md §10
 */
export function planBindingStatus(observed: ObservedBinding): JsonObject | undefined {
  const { binding } = observed
  const current = isJsonObject(binding.status) ? binding.status : {}
  return mergePatch({ status: current }, { status: { ...current, ...scheduled(observed), ...collected(observed) } })
}

/** Whether a patch of a binding's status says something new of the members, which is told as an event. */
export function tellsOfMembers(body: JsonObject): boolean {
  return listAt(body, 'status', 'aggregatedStatus').length > 0
}

function scheduled(observed: ObservedBinding): JsonObject {
  const { binding, clusters, schedulerName } = observed
  const record = ownRecord(observed)
  if (record === undefined && isOurs(binding, schedulerName) && isPlacedByOthers(binding, clusters)) {
    return { schedulerObservedGeneration: binding.metadata.generation }
  }
  if (record?.status !== 'True') return {}
  return {
    schedulerObservedGeneration: binding.metadata.generation,
    lastScheduledTime: record.at,
    ...(record.affinityName !== undefined && { schedulerObservingAffinityName: record.affinityName }),
  }
}

/** What we noted before another scheduler was named is no word on what that one does. */
function ownRecord({ binding, schedulerName }: Pick<ObservedBinding, 'binding' | 'schedulerName'>) {
  return isForScheduler(binding, schedulerName) ? scheduleRecordOf(binding) : undefined
}

/** An earlier Karmada placed it, and nothing has to be placed anew (scheduling.md §3 item 6). */
function isPlacedByOthers(binding: Binding, clusters: readonly Cluster[]): boolean {
  const placed = Boolean(binding.metadata.annotations?.[ANNOTATION.appliedPlacement])
  return placed && needsScheduling(binding, clusters) === undefined
}

function collected(observed: ObservedBinding): JsonObject {
  const { binding, now } = observed
  const { items, stale } = reportedItems(observed)
  const record = ownRecord(observed)
  const before = binding.status?.conditions
  const withScheduled =
    record === undefined
      ? before
      : setCondition(
          before,
          { type: 'Scheduled', status: record.status, reason: record.reason, message: record.message },
          now,
        )
  return {
    conditions: withHalted(
      withStale(withHostWorkload(setCondition(withScheduled, fullyApplied(binding, items), now), observed), {
        stale,
        now,
      }),
      observed,
    ),
    aggregatedStatus: deepEqual(items, binding.status?.aggregatedStatus) ? binding.status?.aggregatedStatus : items,
  }
}

/** What the members report, one item each; of those that are not ready now nobody knows how healthy it is. */
export function reportedItems({ binding, works, clusters }: Pick<ObservedBinding, 'binding' | 'works' | 'clusters'>): {
  readonly items: readonly AggregatedStatusItem[]
  readonly stale: ReadonlyMap<string, Cluster>
} {
  const reported = aggregatedStatus(binding, works)
  const stale = staleClusters(clusters, reported)
  const items = reported.map(item => (stale.has(item.clusterName) ? { ...item, health: 'Unknown' as const } : item))
  return { items, stale }
}

/** The same again: it comes when the brake keeps the workload where it is. */
function withHalted(conditions: readonly Condition[], { binding, now }: ObservedBinding): readonly Condition[] {
  const halt = haltOf(binding)
  if (halt === undefined && findCondition(conditions, EVICTION_HALTED) === undefined) return conditions
  return setCondition(conditions, haltedCondition(halt), now)
}

/** Members that have reported something and are not ready now: what they say may have changed since. */
function staleClusters(
  clusters: readonly Cluster[],
  items: readonly AggregatedStatusItem[],
): ReadonlyMap<string, Cluster> {
  const reporting = new Set(items.filter(item => item.applied === true).map(item => item.clusterName))
  const notReady = clusters.filter(
    ({ metadata, status }) => reporting.has(metadata.name) && !isConditionTrue(status?.conditions, 'Ready'),
  )
  return new Map(notReady.map(cluster => [cluster.metadata.name, cluster]))
}

/** The same: it comes when a member is not ready, and stays as False afterwards. The numbers are the last that were told. */
function withStale(
  conditions: readonly Condition[],
  { stale, now }: { readonly stale: ReadonlyMap<string, Cluster>; readonly now: string },
): readonly Condition[] {
  const type = STATUS_STALE
  if (stale.size > 0) {
    const names = someNames([...stale.keys()].toSorted())
    const message = `Not ready, so their status may have changed since it was told: ${names}`
    return setCondition(conditions, { type, status: 'True', reason: 'ClustersNotReady', message }, now)
  }
  if (findCondition(conditions, type) === undefined) return conditions
  const message = 'All clusters that it is in are ready.'
  return setCondition(conditions, { type, status: 'False', reason: 'ClustersReady', message }, now)
}

/** The condition comes when the workload runs on the host, and stays as False afterwards. */
function withHostWorkload(
  conditions: readonly Condition[],
  { runsOnHost, now }: ObservedBinding,
): readonly Condition[] {
  const type = HOST_WORKLOAD_RUNNING
  if (runsOnHost !== undefined) {
    return setCondition(conditions, { type, status: 'True', reason: 'NotParked', message: runsOnHost }, now)
  }
  if (findCondition(conditions, type) === undefined) return conditions
  const message = 'Nothing of it runs on the host.'
  return setCondition(conditions, { type, status: 'False', reason: 'Parked', message }, now)
}

export interface ProgressInput {
  readonly binding: Binding
  readonly works: readonly Work[]
  /** Members that can be written to; nobody waits for the others. */
  readonly isReady: (cluster: string) => boolean
}

/** How far the members are. */
export interface Progress {
  /** Ready members that have not been tried yet, or not been left: before that a status would only be a step on the way. */
  readonly awaited: ReadonlySet<string>
  /** Another number with each Work that is made, tried, on its way out, or gone. */
  readonly steps: number
}

export function progressOf({ binding, works, isReady }: ProgressInput): Progress {
  const live = works.filter(work => work.metadata.deletionTimestamp === undefined)
  const tried = live.filter(isTried)
  const triedClusters = new Set(tried.map(clusterOf))
  const targets = new Set(targetNames(binding))
  const evicted = new Set(binding.spec.gracefulEvictionTasks?.map(({ fromCluster }) => fromCluster))
  const untried = [...targets].filter(cluster => !triedClusters.has(cluster))
  const left = works.map(clusterOf).filter(cluster => !targets.has(cluster) && !evicted.has(cluster))
  return {
    awaited: new Set([...untried, ...left].filter(isReady)),
    steps: live.length + tried.length - (works.length - live.length),
  }
}

/** @returns '' of a Work that lies in no execution namespace. */
function clusterOf({ metadata }: Work): string {
  return clusterOfExecutionNamespace(metadata.namespace ?? '') ?? ''
}

function targetNames({ spec }: Binding): readonly string[] {
  const required = (spec.requiredBy ?? []).flatMap(snapshot => snapshot.clusters ?? [])
  return [...(spec.clusters ?? []), ...required].map(target => target.name)
}

function isTried(work: Work): boolean {
  if (work.spec.suspendDispatching === true) return findCondition(work.status?.conditions, 'Dispatching') !== undefined
  const applied = findCondition(work.status?.conditions, 'Applied')
  return applied !== undefined && (applied.observedGeneration ?? 0) >= (work.metadata.generation ?? 0)
}
