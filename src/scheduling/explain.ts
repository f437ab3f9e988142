import { deepEqual } from '../object/equality.ts'
import { stringAt } from '../object/field.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { ClusterVerdict } from './explanation.ts'
import { lastingWords, scheduledCondition } from './outcome.ts'
import type { ScheduleResult } from './schedule.ts'

/** In bytes of UTF-8. */
const MAX_BYTES = 16 * 1024
/** Of each sentence: those that name taints or groups grow with the fleet. */
const MAX_TEXT = 1024
const encoder = new TextEncoder()

/**
 * The value of annotation `flotilla.dev/decision`: compact JSON with the result, how replicas were shared
 * out, and for each cluster why it is a target or not. Targets come first, then the others, each by name; what has no
 * room is counted in `omitted`, and a sentence that is cut ends with `…`. The same result gives the same text.
 *
 * @returns at most `maxBytes`, unless that is too little for the head: 8 KiB.
 */
export function explain(result: ScheduleResult, maxBytes = MAX_BYTES): string {
  const { affinityName, selection, division, clusters } = result.explanation
  const { reason, message } = scheduledCondition(result.outcome)
  const head = {
    result: reason,
    ...(result.outcome.type === 'failure' ? { message: shorten(message) } : {}),
    ...(affinityName === undefined ? {} : { affinity: affinityName }),
    ...(selection === undefined ? {} : { selection: shorten(selection) }),
    ...(division === undefined ? {} : { division: shorten(division) }),
  }
  const ordered = [...clusters.filter(isTarget), ...clusters.filter(verdict => !isTarget(verdict))]
  const entries = fitting(ordered, maxBytes - byteLength(JSON.stringify(head)) - OVERHEAD_BYTES)
  const omitted = clusters.length - entries.length
  return JSON.stringify({ ...head, clusters: entries, ...(omitted > 0 ? { omitted } : {}) })
}

/** What differs from run to run although nothing was decided anew: being a target already raises the score, say. */
const INCIDENTAL: ReadonlySet<string> = new Set(['score', 'available'])

/**
 * Whether two explanations tell of the same decision: the same verdicts for the same reasons, whatever scores and room were.
 *
 * @param before the annotation's present value, which anybody may have written
 */
export function isSameDecision(before: string | undefined, after: string): boolean {
  if (before === after) return true
  if (before === undefined) return false
  const pair = `${before}\n${after}`
  const known = compared.get(pair)
  if (known !== undefined) return known
  const isSame = deepEqual(decided(before), decided(after))
  if (compared.size >= MOST_COMPARED) compared.clear()
  compared.set(pair, isSame)
  return isSame
}

/** A policy gives all of its bindings the same words, and each is asked of at every start. */
const compared = new Map<string, boolean>()
const MOST_COMPARED = 64

function decided(explanation: string): unknown {
  try {
    const value: unknown = JSON.parse(explanation, (key, field: unknown) => (INCIDENTAL.has(key) ? undefined : field))
    const [reason, message] = [stringAt(value, 'result'), stringAt(value, 'message')]
    if (!isJsonObject(value) || reason === undefined || message === undefined) return value
    return { ...value, message: lastingWords({ reason, message }) }
  } catch {
    return explanation
  }
}

/** Room for `,"clusters":[],"omitted":12345`. */
const OVERHEAD_BYTES = 32

function isTarget({ replicas }: ClusterVerdict): boolean {
  return replicas !== undefined
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text
}

function fitting(verdicts: readonly ClusterVerdict[], maxBytes: number): readonly object[] {
  const entries: object[] = []
  let bytes = 0
  for (const verdict of verdicts) {
    const entry = compact(verdict)
    bytes += byteLength(JSON.stringify(entry)) + 1
    if (bytes > maxBytes) break
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
