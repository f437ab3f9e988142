import { deepEqual } from 'fast-equals'
import { aggregatedStatus, fullyApplied } from '../../interpreter/aggregated-status.ts'
import { findCondition, setCondition } from '../../object/condition.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { scheduleRecordOf } from '../../rendering/schedule-record.ts'

export interface ObservedBinding {
  readonly binding: Binding
  /** Works with the binding's permanent-id. */
  readonly works: readonly Work[]
  /** RFC 3339. */
  readonly now: string
}

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

function scheduled({ binding }: ObservedBinding): JsonObject {
  const record = scheduleRecordOf(binding)
  if (record?.status !== 'True') return {}
  return {
    schedulerObservedGeneration: binding.metadata.generation,
    lastScheduledTime: record.at,
    ...(record.affinityName !== undefined && { schedulerObservingAffinityName: record.affinityName }),
  }
}

function collected(observed: ObservedBinding): JsonObject {
  const { binding, works, now } = observed
  const items = aggregatedStatus(works)
  const record = scheduleRecordOf(binding)
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
    conditions: setCondition(withScheduled, fullyApplied(binding, items), now),
    aggregatedStatus: deepEqual(items, binding.status?.aggregatedStatus) ? binding.status?.aggregatedStatus : items,
  }
}

/** Whether every Work that the binding wants has been tried: before that a status would only be a step on the way. */
export function isSettled({ binding, works }: Pick<ObservedBinding, 'binding' | 'works'>): boolean {
  const targets = new Set([
    ...(binding.spec.clusters ?? []).map(target => target.name),
    ...(binding.spec.requiredBy ?? []).flatMap(required => (required.clusters ?? []).map(target => target.name)),
  ])
  const live = works.filter(work => work.metadata.deletionTimestamp === undefined)
  return live.length >= targets.size && live.every(isTried)
}

function isTried(work: Work): boolean {
  if (work.spec.suspendDispatching === true) return findCondition(work.status?.conditions, 'Dispatching') !== undefined
  const applied = findCondition(work.status?.conditions, 'Applied')
  return applied !== undefined && (applied.observedGeneration ?? 0) >= (work.metadata.generation ?? 0)
}
