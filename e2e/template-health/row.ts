import type { JsonObject } from '../../src/object/kube-object.ts'

/** What the engines are to say, in words of both. */
export type Outcome = 'done' | 'rolling' | 'broken' | 'suspended' | 'unknown'

/** What Argo CD and Flux call an outcome. */
export const WORDS: Readonly<Record<Outcome, { readonly argo: string; readonly flux: string }>> = {
  done: { argo: 'Healthy', flux: 'Current' },
  rolling: { argo: 'Progressing', flux: 'InProgress' },
  broken: { argo: 'Degraded', flux: 'Failed' },
  suspended: { argo: 'Suspended', flux: 'Current' },
  unknown: { argo: 'Unknown', flux: 'InProgress' },
}

/** How a template stands in one member. */
export interface MemberState {
  /** As the member's own controller writes it; absent where it has written nothing yet. */
  readonly status?: JsonObject
  /** The member holds an earlier version of the template. */
  readonly isBehind?: boolean
  /** Why the member refuses it. */
  readonly refusal?: string
  /** The member is not Ready any more. */
  readonly isStale?: boolean
}

export type Members = Readonly<Record<string, MemberState>>

export interface HealthRow {
  /** `<group>/<version> <Kind>` */
  readonly type: string
  readonly situation: string
  readonly spec: JsonObject
  /** Replicas by member; undefined for kinds that are not divided. */
  readonly replicas?: number
  readonly members: Members
  /** How it was before the template was changed. */
  readonly formerly?: Members
  readonly want: Outcome
  /** Where an engine has a rule of its own, whatever the status says; with the settings that are shipped. */
  readonly argo?: string
  readonly flux?: string
  /** What the engine says without the settings that are shipped, where that differs, and why. */
  readonly bare?: { readonly argo?: string; readonly flux?: string; readonly why: string }
  /** Other words than these on a host where it is parked. */
  readonly parked?: Pick<HealthRow, 'argo' | 'flux' | 'bare'>
  /** Only there: the status of the kind is that of the host elsewhere. */
  readonly isForDedicatedOnly?: boolean
}

export const AT = '2026-01-01T00:00:00Z'
export const LATER = '2026-01-01T00:05:00Z'

/** A container of no consequence. */
export const POD_SPEC = { containers: [{ name: 'web', image: 'nginx' }] }
export const POD_TEMPLATE = { metadata: { labels: { app: 'web' } }, spec: POD_SPEC }
export const SELECTOR = { matchLabels: { app: 'web' } }

export const condition = (type: string, status: string, reason: string): JsonObject => ({
  ...{ type, status, reason, message: `said of ${type}` },
  lastTransitionTime: AT,
})
