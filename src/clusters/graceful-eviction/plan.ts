import type { GracefulEvictionTask } from '../../api/generated/resource-binding.ts'
import { ANNOTATION, executionNamespace } from '../../api/names.ts'
import { findCondition, isConditionTrue } from '../../object/condition.ts'
import { numberAt } from '../../object/field.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { isPurgedAtOnce } from '../../policy/purge-mode.ts'
import { scheduleRecordOf } from '../../rendering/schedule-record.ts'
import { OUTAGE_KEYS } from '../failover-settings.ts'

export interface Observed {
  readonly binding: Binding
  /** With the binding's permanent-id. */
  readonly works: readonly Work[]
  readonly getCluster: (name: string) => Cluster | undefined
  /** For tasks that say nothing of it. */
  readonly gracePeriodSeconds: number
  readonly nowMs: number
  /** RFC 3339. */
  readonly now: string
}

export interface GracefulPlan {
  /** The tasks that remain; the same list when nothing changes. */
  readonly tasks: readonly GracefulEvictionTask[]
  /** The clusters whose copies go. */
  readonly released: readonly string[]
  /** When the next one's time is up, milliseconds since the epoch. */
  readonly nextMs?: number
}

type Verdict = { readonly type: 'drop' } | { readonly type: 'keep'; readonly untilMs?: number }

/**
 * Which graceful eviction tasks have done what they are for. A copy whose task goes is deleted.
 *
 * Beyond Karmada: the replacement has to be complete (scheduling has found room for all replicas, and each target has as many
 * ready as it should), and the task of a cluster that is not ready stays until the cluster is back: nothing can be deleted
 * there before, and what is wanted there again by then must not be.
 *
 * @source spec/behaviour/clusters.md §5
 */
export function planGraceful(observed: Observed): GracefulPlan {
  const tasks = observed.binding.spec.gracefulEvictionTasks ?? []
  const stamped = tasks.map(task => (isStamped(task, observed) ? task : { ...task, creationTimestamp: observed.now }))
  const replaced = isReplaced(observed)
  const verdicts = stamped.map(task => assess(observed, task, replaced))
  const kept = stamped.filter((_, i) => verdicts[i]?.type === 'keep')
  const times = verdicts.flatMap(verdict =>
    verdict.type === 'keep' && verdict.untilMs !== undefined ? [verdict.untilMs] : [],
  )
  const unchanged = kept.length === tasks.length && kept.every((task, i) => task === tasks[i])
  return {
    tasks: unchanged ? tasks : kept,
    released: stamped.filter((_, i) => verdicts[i]?.type === 'drop').map(({ fromCluster }) => fromCluster),
    ...(times.length > 0 && { nextMs: Math.min(...times) }),
  }
}

/** A time that is still to come was written by a clock that has gone wrong, and would keep a task, and its cluster unused, until then. */
function isStamped({ creationTimestamp }: GracefulEvictionTask, { nowMs }: Observed): boolean {
  return creationTimestamp !== undefined && creationTimestamp !== null && Date.parse(creationTimestamp) <= nowMs
}

function assess(observed: Observed, task: GracefulEvictionTask, replaced: boolean): Verdict {
  const { getCluster, gracePeriodSeconds, nowMs } = observed
  if (task.suppressDeletion !== undefined) return { type: task.suppressDeletion ? 'keep' : 'drop' }
  const cluster = getCluster(task.fromCluster)
  if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return { type: 'drop' }
  if (isAway(cluster) && !isPurgedAtOnce(task)) return { type: 'keep' }
  const untilMs = Date.parse(task.creationTimestamp ?? '') + (task.gracePeriodSeconds ?? gracePeriodSeconds) * 1000
  // A task whose time was just set counts from the next look on.
  return replaced || nowMs >= untilMs ? { type: 'drop' } : { type: 'keep', untilMs }
}

/**
 * Whether a cluster is in an outage, or so fresh out of it that the taints of the outage still stand: a copy that goes now could
 * be wanted there a moment later, when they are gone.
 */
export function isAway({ metadata, spec, status }: Cluster): boolean {
  if (!isConditionTrue(status?.conditions, 'Ready') || metadata.annotations?.[ANNOTATION.failoverTaint]) return true
  return (spec.taints ?? []).some(({ key, effect }) => effect === 'NoSchedule' && OUTAGE_KEYS.includes(key))
}

/** Whether what took the place of the old copies is there and healthy in every target. */
function isReplaced({ binding, works }: Observed): boolean {
  const { spec, status, metadata } = binding
  if (status?.schedulerObservedGeneration !== metadata.generation) return false
  if (scheduleRecordOf(binding)?.status === 'False') return false
  const targets = spec.clusters ?? []
  return targets.length > 0 && targets.every(({ name, replicas = 0 }) => isServing(binding, works, { name, replicas }))
}

/**
 * Whether a target has what it should have by now. What it reported may be older than what it was given: the Work of this moment
 * has to be applied, and where replicas are reported, as many have to be ready.
 */
function isServing(
  { status }: Binding,
  works: readonly Work[],
  { name, replicas }: { readonly name: string; readonly replicas: number },
): boolean {
  const reported = status?.aggregatedStatus?.find(({ clusterName }) => clusterName === name)
  if (reported?.health !== 'Healthy') return false
  const own = works.filter(({ metadata }) => metadata.namespace === executionNamespace(name))
  if (!own.every(isApplied)) return false
  const declared = numberAt(reported.status, 'replicas')
  return declared === undefined || (numberAt(reported.status, 'readyReplicas') ?? 0) >= replicas
}

function isApplied({ metadata, status }: Work): boolean {
  const applied = findCondition(status?.conditions, 'Applied')
  return applied?.status === 'True' && (applied.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}
