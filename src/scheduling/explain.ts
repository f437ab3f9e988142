import { deepEqual } from '../object/equality.ts'
import type { ClusterVerdict } from './explanation.ts'
import { scheduledCondition } from './outcome.ts'
import type { ScheduleResult } from './schedule.ts'

export interface ExplainLimits {
  readonly clusters: number
  readonly bytes: number
}

const DEFAULT_LIMITS: ExplainLimits = { clusters: 100, bytes: 8192 }
const encoder = new TextEncoder()

/**
 * The value of annotation `flotilla.dev/schedule-explanation`: compact JSON with the result, how replicas were shared
 * out, and for each cluster why it is a target or not. Targets come first, then the others, each by name; what the
 * limits leave out is counted in `omitted`. The same result gives the same text.
 */
export function explain(result: ScheduleResult, limits: ExplainLimits = DEFAULT_LIMITS): string {
  const { affinityName, selection, division, clusters } = result.explanation
  const { reason, message } = scheduledCondition(result.outcome)
  const head = {
    result: reason,
    ...(result.outcome.type === 'failure' ? { message } : {}),
    ...(affinityName === undefined ? {} : { affinity: affinityName }),
    ...(selection === undefined ? {} : { selection }),
    ...(division === undefined ? {} : { division }),
  }
  const ordered = [...clusters.filter(isTarget), ...clusters.filter(verdict => !isTarget(verdict))]
  const entries = fitting(ordered, {
    ...limits,
    bytes: limits.bytes - byteLength(JSON.stringify(head)) - OVERHEAD_BYTES,
  })
  const omitted = clusters.length - entries.length
  return JSON.stringify({ ...head, clusters: entries, ...(omitted > 0 ? { omitted } : {}) })
}

/** What differs from run to run although nothing was decided anew: being a target already raises the score, say. */
const INCIDENTAL: ReadonlySet<string> = new Set(['score', 'available'])

/**
 * Whether two explanations tell of the same decision: the same verdicts for the same reasons, whatever the scores were.
 *
 * @param before the annotation's present value, which anybody may have written
 */
export function isSameDecision(before: string | undefined, after: string): boolean {
  return before === after || (before !== undefined && deepEqual(decided(before), decided(after)))
}

function decided(explanation: string): unknown {
  try {
    return JSON.parse(explanation, (key, value: unknown) => (INCIDENTAL.has(key) ? undefined : value))
  } catch {
    return explanation
  }
}

/** Room for `,"clusters":[],"omitted":12345`. */
const OVERHEAD_BYTES = 32

function isTarget({ replicas }: ClusterVerdict): boolean {
  return replicas !== undefined
}

function fitting(verdicts: readonly ClusterVerdict[], limits: ExplainLimits): readonly object[] {
  const entries: object[] = []
  let bytes = 0
  for (const verdict of verdicts.slice(0, limits.clusters)) {
    const entry = compact(verdict)
    bytes += byteLength(JSON.stringify(entry)) + 1
    if (bytes > limits.bytes) break
    entries.push(entry)
  }
  return entries
}

/** The scores of single plugins are left to who asks anew: their sum is enough to see why another cluster came first. */
function compact({ rejections, scores: _scores, ...verdict }: ClusterVerdict): object {
  if (rejections.length === 0) return verdict
  return { ...verdict, rejected: Object.fromEntries(rejections.map(({ plugin, reason }) => [plugin, reason])) }
}

function byteLength(text: string): number {
  return encoder.encode(text).length
}
