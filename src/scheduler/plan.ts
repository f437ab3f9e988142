import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { JsonObject } from '../object/kube-object.ts'
import type { PlacedBinding } from '../rendering/place-binding.ts'
import type { Placer } from '../rendering/placer.ts'
import { scheduleRecordOf } from '../rendering/schedule-record.ts'
import type { FailureReason } from '../scheduling/outcome.ts'
import { isUnclaimed } from '../scheduling/when.ts'

export interface ObservedBinding {
  readonly binding: Binding
  readonly clusters: readonly Cluster[]
  readonly placer: Pick<Placer, 'place'>
}

export interface SchedulingWrite {
  /** A merge patch with the resourceVersion that it was made for. */
  readonly body: JsonObject
  /** What scheduling came to, for events; undefined when targets were only dropped. */
  readonly placed?: PlacedBinding
}

export interface SchedulingPlan {
  /** Undefined when nothing changes. */
  readonly write?: SchedulingWrite
  /** What scheduling failed for that may pass without anybody telling: room, which changes all the time. */
  readonly failed?: ScheduleFailing
}

export interface ScheduleFailing {
  readonly reason: FailureReason
  /** RFC 3339: when it failed so for the first time. */
  readonly since: string
}

/**
 * What a binding's targets are now. A binding that lost its policy keeps its targets as they are, but for clusters that are
 * being deleted: nobody else would ever take these out, and their deletion waits for that.
 *
 * @source spec/behaviour/scheduling.md §1-3, clusters.md §7
 */
export function planScheduling(observed: ObservedBinding): SchedulingPlan {
  const { binding, placer } = observed
  if (binding.metadata.deletionTimestamp !== undefined) return {}
  if (isUnclaimed(binding)) return withoutDeletingTargets(observed)
  const placed = placer.place(binding)
  if (placed === undefined) return {}
  const { outcome } = placed.result
  const since = scheduleRecordOf(placed.binding)?.at ?? ''
  const failed = outcome.type === 'failure' ? { failed: { reason: outcome.reason, since } } : {}
  if (placed.binding === binding) return failed
  const { metadata, spec } = placed.binding
  const body = patchOf(binding, { annotations: metadata.annotations, clusters: spec.clusters })
  return { write: { body, placed }, ...failed }
}

function withoutDeletingTargets({ binding, clusters }: ObservedBinding): SchedulingPlan {
  const leaving = new Set(clusters.filter(isDeleting).map(({ metadata }) => metadata.name))
  const targets = binding.spec.clusters ?? []
  const remaining = targets.filter(target => !leaving.has(target.name))
  return remaining.length === targets.length ? {} : { write: { body: patchOf(binding, { clusters: remaining }) } }
}

function isDeleting({ metadata }: Cluster): boolean {
  return metadata.deletionTimestamp !== undefined
}

interface Change {
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly clusters: Binding['spec']['clusters']
}

function patchOf(binding: Binding, { annotations, clusters }: Change): JsonObject {
  const { resourceVersion } = binding.metadata
  return { metadata: { resourceVersion, ...(annotations && { annotations }) }, spec: { clusters } }
}
