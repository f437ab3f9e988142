import { ANNOTATION } from '../api/names.ts'
import { stringAt, valueAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { actsOnHost, isParked, parkingPatch, tracesOnHost } from './park.ts'

/**
 * Who parks templates: `policies`, the host's apiserver when they are made (and the operator what was there before);
 * `operator`, itself right after it has claimed them; `off`, nobody, since no controller acts on them.
 */
export type ParkingMode = 'policies' | 'operator' | 'off'

/** What a policy's claim means for what runs on the host. */
export type ParkingDecision =
  /** Nothing to do: parked already, or nothing that would run. */
  | { readonly type: 'none' }
  /** A merge patch of the template. */
  | { readonly type: 'park'; readonly patch: JsonObject; readonly message?: string }
  /** It runs there, and nobody has said that it shall stop. */
  | { readonly type: 'runs'; readonly message: string }

export interface ClaimedTemplate {
  readonly template: KubeObject
  /** The policy that claims it. */
  readonly policy: Pick<KubeObject, 'metadata'>
  /** It was not claimed before. */
  readonly isFirstClaim: boolean
  readonly nowMs: number
}

/** Applied together with its policy, in whichever order: nobody meant it to run on the host in between. */
const TOGETHER_MS = 5_000
/** How late the operator may be to claim a template that was made for its policy; clocks may differ by as much. */
const LATE_MS = 10_000

/** Kinds whose controller may be making Pods at this very moment: they are looked for after parking. */
const LEAVES_PODS: ReadonlySet<string> = new Set(['StatefulSet', 'ReplicaSet'])

/**
 * Whether a template that a policy claims is parked now. What never ran is; what ran before any policy wanted it
 * elsewhere is left running until its user decides; what came together with its policy was never meant to run.
 */
export function decideParking(claimed: ClaimedTemplate): ParkingDecision {
  const { template } = claimed
  const trace = tracesOnHost(template)
  const patch = parkingPatch(template)
  if (patch === undefined) return !isParked(template) && actsOnHost(template) ? runs(template, trace) : { type: 'none' }
  if (trace === undefined) return { type: 'park', patch: LEAVES_PODS.has(template.kind) ? retiring(patch) : patch }
  // What a Job has begun, it would begin again in the members.
  if (template.kind === 'Job' || !isMeantForFleet(claimed)) return runs(template, trace)
  const message = `It came together with its policy, so it was parked although ${trace}: what it made on the host is removed`
  return { type: 'park', patch: retiring(patch), message }
}

/** @returns the patch, with the mark that what runs on the host is to go. */
export function retiring(patch: JsonObject): JsonObject {
  const metadata = valueAt(patch, 'metadata')
  const annotations = { ...objectOf(valueAt(metadata, 'annotations')), [ANNOTATION.retire]: 'true' }
  return { ...patch, metadata: { ...objectOf(metadata), annotations } }
}

/** Why a workload of the host is left alone, and the two ways out. */
export function runsMessage(kind: string, trace: string | undefined): string {
  const why = trace ?? 'it was made before a policy selected it'
  const promote =
    kind === 'Pod' || kind === 'Service' || kind === 'Job'
      ? `delete and create it again, now that a policy selects it, to have it in the members only`
      : `annotate it with ${ANNOTATION.promote}=true to move it to the members`
  return `It runs on the host too (${why}) and is not stopped: ${promote}, or label it flotilla.dev/local=true to keep it on the host only`
}

function runs({ kind }: KubeObject, trace: string | undefined): ParkingDecision {
  return { type: 'runs', message: runsMessage(kind, trace) }
}

/**
 * Whether a template was made for its policy and has only just begun to run: its first claim, moments after it was made.
 * Later nobody can tell since when the policy selects it: labels change.
 */
function isMeantForFleet({ template, policy, isFirstClaim, nowMs }: ClaimedTemplate): boolean {
  const [madeMs, policyMs] = [timeOf(template), timeOf(policy)]
  if (!isFirstClaim || madeMs === undefined || policyMs === undefined) return false
  const isFresh = Math.abs(nowMs - madeMs) < LATE_MS
  return isFresh && policyMs - madeMs < TOGETHER_MS
}

function timeOf(object: Pick<KubeObject, 'metadata'>): number | undefined {
  const text = stringAt(object.metadata, 'creationTimestamp')
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
