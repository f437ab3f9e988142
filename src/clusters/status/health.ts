import type { Condition } from '../../object/condition.ts'

/** What came of asking a member for /readyz (or /healthz where that is not served). */
export type ProbeOutcome =
  | { readonly type: 'answered'; readonly statusCode: number }
  | { readonly type: 'offline' }
  /** There is no client to ask with, or it must not be used; `message` says why, for the person who has to mend it. */
  | { readonly type: 'refused'; readonly message: string }

/** The part of a Ready condition that an observation decides. */
export interface Readiness {
  readonly status: Condition['status']
  readonly reason: string
  readonly message: string
}

/** How long an observation must persist before it flips the condition, in milliseconds. */
export interface HealthThresholds {
  readonly failureThresholdMs: number
  readonly successThresholdMs: number
}

/** What is remembered between two probes of one connection. */
export interface HealthMemory {
  readonly status: Condition['status']
  readonly sinceMs: number
}

/** The Ready condition that one probe speaks for. @source spec/behaviour/clusters.md §2 */
export function readinessOf(outcome: ProbeOutcome): Readiness {
  if (outcome.type === 'refused') {
    return { status: 'False', reason: 'StatusCollectionFailed', message: outcome.message }
  }
  if (outcome.type === 'offline' || outcome.statusCode >= 400) {
    return { status: 'False', reason: 'ClusterNotReachable', message: 'cluster is not reachable' }
  }
  return outcome.statusCode === 200
    ? { status: 'True', reason: 'ClusterReady', message: 'cluster is healthy and ready to accept workloads' }
    : {
        status: 'False',
        reason: 'ClusterNotReady',
        message: 'cluster is reachable but health endpoint responded without ok',
      }
}

export interface HealthInput {
  /** The Ready condition as reported; undefined when there is none. */
  readonly reported: Readiness | undefined
  readonly observed: Readiness
  /** Undefined at the first probe of a connection: then the observation holds at once. */
  readonly memory: HealthMemory | undefined
  /** Monotonic. */
  readonly nowMs: number
  readonly thresholds: HealthThresholds
}

/**
 * Damps flapping: a flip of Ready needs an observation that persists; a first one, or another reason for the same status,
 * counts at once.
 *
 * @source spec/behaviour/clusters.md §2 rule 3
 */
export function settleHealth(input: HealthInput): { readonly ready: Readiness; readonly memory: HealthMemory } {
  const { reported, observed, nowMs, thresholds } = input
  const memory = input.memory?.status === observed.status ? input.memory : { status: observed.status, sinceMs: nowMs }
  const flips = reported !== undefined && reported.status !== observed.status
  const thresholdMs = reported?.status === 'True' ? thresholds.failureThresholdMs : thresholds.successThresholdMs
  const tooEarly = input.memory !== undefined && flips && nowMs - memory.sinceMs < thresholdMs
  return { ready: tooEarly ? reported : observed, memory }
}
