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
  readonly nowMs: number
}

/** Applied together with its policy, in whichever order: nobody meant it to run on the host in between. */
const TOGETHER_MS = 5_000

/** Kinds whose controller may be making Pods at this very moment: they are looked for after parking. */
const LEAVES_PODS: ReadonlySet<string> = new Set(['StatefulSet', 'ReplicaSet'])

/**
 * Whether a template that a policy claims is parked now. What never ran is; what ran before any policy wanted it
 * elsewhere is left running until its user decides; what a policy selected from the start was never meant to run.
 */
export function decideParking({ template, policy, nowMs }: ClaimedTemplate): ParkingDecision {
  if (isParked(template)) return { type: 'none' }
  const trace = tracesOnHost(template)
  const patch = parkingPatch(template)
  if (patch === undefined) return actsOnHost(template) ? runs(template, trace) : { type: 'none' }
  if (trace === undefined) return { type: 'park', patch: LEAVES_PODS.has(template.kind) ? retiring(patch) : patch }
  if (!isMeantForFleet({ template, policy, nowMs })) return runs(template, trace)
  const message = `A policy selected it from the start, so it was parked although ${trace}: what it made on the host is removed`
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
    kind === 'Pod' || kind === 'Service'
      ? `delete and create it again, now that a policy selects it, to have it in the members only`
      : `annotate it with ${ANNOTATION.promote}=true to move it to the members`
  return `It runs on the host too (${why}) and is not stopped: ${promote}, or label it flotilla.dev/local=true to keep it on the host only`
}

function runs({ kind }: KubeObject, trace: string | undefined): ParkingDecision {
  return { type: 'runs', message: runsMessage(kind, trace) }
}

function isMeantForFleet({ template, policy, nowMs }: ClaimedTemplate): boolean {
  const createdMs = timeOf(template)
  if (createdMs === undefined) return false
  if (nowMs - createdMs < TOGETHER_MS) return true
  const policyMs = timeOf(policy)
  // A spec that has changed since may have selected something else before.
  return policyMs !== undefined && policyMs <= createdMs && policy.metadata.generation === 1
}

function timeOf(object: Pick<KubeObject, 'metadata'>): number | undefined {
  const text = stringAt(object.metadata, 'creationTimestamp')
  const ms = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
