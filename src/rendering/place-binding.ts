import { ANNOTATION } from '../api/names.ts'
import { deepEqual } from '../object/deep-equal.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { ClusterEstimates } from '../scheduling/estimate/available.ts'
import { explain, isSameDecision } from '../scheduling/explain.ts'
import { lastingWords, scheduledCondition } from '../scheduling/outcome.ts'
import { isRescheduleTriggered } from '../scheduling/placement.ts'
import { type PeerBinding, type ScheduleOptions, type ScheduleResult, schedule } from '../scheduling/schedule.ts'
import { appliedPlacementOf } from '../scheduling/when.ts'
import {
  formatScheduleRecord,
  SCHEDULE_RECORD_ANNOTATION,
  type ScheduleRecord,
  scheduleRecordOf,
} from './schedule-record.ts'

export interface PlacementInput {
  readonly clusters: readonly Cluster[]
  /** RFC 3339. */
  readonly now: string
  readonly options?: ScheduleOptions
  /** Other bindings of its workload groups. */
  readonly peers?: readonly PeerBinding[]
  /** Answers of estimators besides the general one. */
  readonly estimates?: readonly ClusterEstimates[]
}

export interface PlacedBinding {
  /** The binding with targets, applied placement, outcome and reasons in it; the same object when nothing is new. */
  readonly binding: Binding
  readonly result: ScheduleResult
}

/**
 * Schedules a binding and writes the outcome into it, so that one write carries targets, reasons and the placement they
 * came from. The status follows from that record.
 *
 * Guarantees: an outcome equal to the recorded one changes nothing, unless somebody asked for scheduling afresh. The
 * recorded reasons are then those of the run that decided.
 * @source spec/behaviour/scheduling.md §10
 */
export function placeBinding(binding: Binding, input: PlacementInput): PlacedBinding {
  const { now, ...rest } = input
  const result = schedule({ binding, ...rest })
  const { type: _type, ...outcome } = scheduledCondition(result.outcome)
  const succeeded = result.outcome.type === 'success'
  const affinityName = succeeded ? result.affinityName : undefined
  const fresh: Omit<ScheduleRecord, 'at'> = { ...outcome, ...(affinityName !== undefined && { affinityName }) }
  const record: ScheduleRecord = {
    ...fresh,
    at: isRepeated(binding, fresh) ? (scheduleRecordOf(binding)?.at ?? now) : now,
  }
  const annotations = {
    ...binding.metadata.annotations,
    [SCHEDULE_RECORD_ANNOTATION]: formatScheduleRecord(record),
    [ANNOTATION.decision]: explain(result),
    ...(succeeded && { [ANNOTATION.appliedPlacement]: appliedPlacementOf(binding.spec.placement ?? {}) }),
  }
  const next: Binding = {
    ...binding,
    metadata: { ...binding.metadata, annotations },
    spec: { ...binding.spec, clusters: result.targets },
  }
  return { binding: isSame(next, binding) ? binding : next, result }
}

function isRepeated(binding: Binding, fresh: Omit<ScheduleRecord, 'at'>): boolean {
  const before = scheduleRecordOf(binding)
  if (before === undefined) return false
  // Only a success answers who asked for it; as long as it fails there is nothing new to tell.
  if (fresh.status === 'True' && isRescheduleTriggered(binding)) return false
  return isSameRecord(before, { ...fresh, at: before.at })
}

function isSameRecord(before: ScheduleRecord | undefined, record: ScheduleRecord | undefined): boolean {
  if (before === undefined || record === undefined) return before === record
  return deepEqual({ ...before, message: lastingWords(before) }, { ...record, message: lastingWords(record) })
}

function isSame(next: Binding, binding: Binding): boolean {
  const { reasons = '', others } = annotationsOf(next)
  const { reasons: reasonsBefore, others: othersBefore } = annotationsOf(binding)
  return (
    deepEqual(others, othersBefore) &&
    isSameRecord(scheduleRecordOf(binding), scheduleRecordOf(next)) &&
    deepEqual(next.spec.clusters, binding.spec.clusters ?? []) &&
    isSameDecision(reasonsBefore, reasons)
  )
}

/** The annotations that tell of scheduling are compared by what they say. */
function annotationsOf({ metadata }: Binding): {
  readonly reasons: string | undefined
  readonly others: Readonly<Record<string, string>>
} {
  const {
    [ANNOTATION.decision]: reasons,
    [SCHEDULE_RECORD_ANNOTATION]: _record,
    ...others
  } = metadata.annotations ?? {}
  return { reasons, others }
}
