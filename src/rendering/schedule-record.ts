import { isJsonObject } from '../object/raw-json.ts'

/** What the last scheduling of a binding came to; travels on the binding so that one write carries targets and outcome. */
export interface ScheduleRecord {
  readonly status: 'True' | 'False'
  /** Success, NoClusterFit, Unschedulable, SchedulerError (spec/behaviour/scheduling.md §10). */
  readonly reason: string
  readonly message: string
  /** RFC 3339: becomes status.lastScheduledTime when it succeeded. */
  readonly at: string
  /** The term of clusterAffinities that was taken. */
  readonly affinityName?: string
}

export const SCHEDULE_RECORD_ANNOTATION = 'flotilla.dev/schedule-result'

/** The annotation's value. */
export function formatScheduleRecord(record: ScheduleRecord): string {
  return JSON.stringify(record)
}

/** @returns undefined when the binding carries none, or one that is not ours to read. */
export function scheduleRecordOf(binding: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
}): ScheduleRecord | undefined {
  const text = binding.metadata.annotations?.[SCHEDULE_RECORD_ANNOTATION]
  if (text === undefined) return undefined
  try {
    return decodeRecord(JSON.parse(text))
  } catch {
    return undefined
  }
}

function decodeRecord(value: unknown): ScheduleRecord | undefined {
  if (!isJsonObject(value)) return undefined
  const { status, reason, message, at, affinityName } = value
  if (status !== 'True' && status !== 'False') return undefined
  if (typeof reason !== 'string' || typeof message !== 'string' || typeof at !== 'string') return undefined
  return { status, reason, message, at, ...(typeof affinityName === 'string' && { affinityName }) }
}
