import type { Condition } from '../../object/condition.ts'
import type { Diagnosis } from './diagnosis.ts'

/** What came of looking at a member. */
export type ProbeOutcome =
  /** /readyz (or /healthz where that is not served) answered. */
  | { readonly type: 'answered'; readonly statusCode: number }
  | { readonly type: 'offline' }
  /** It answers, and our credentials may not even read what tells it from others. */
  | { readonly type: 'denied' }
  /** There is no client to ask with. */
  | { readonly type: 'unconnected' }
  /** It must not be used: it is the host, or joined already. */
  | { readonly type: 'refused' }

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

/**
 * The Ready condition that one look speaks for. Reasons and the beginnings of messages are Karmada's; what follows names
 * the cause.
 *
 * @source spec/behaviour/clusters.md §2
 */
export function readinessOf(outcome: ProbeOutcome, { reason, message }: Diagnosis): Readiness {
  switch (outcome.type) {
    case 'refused':
      return { status: 'False', reason, message }
    case 'unconnected':
    case 'denied':
      return { status: 'False', reason: 'StatusCollectionFailed', message }
    case 'offline':
      return unreachable(message)
    case 'answered':
      return outcome.statusCode >= 400 ? unreachable(message) : readinessOfAnswer(outcome.statusCode)
  }
}

function unreachable(cause: string): Readiness {
  return { status: 'False', reason: 'ClusterNotReachable', message: `cluster is not reachable: ${cause}` }
}

function readinessOfAnswer(statusCode: number): Readiness {
  return statusCode === 200
    ? { status: 'True', reason: 'ClusterReady', message: 'cluster is healthy and ready to accept workloads' }
    : {
        status: 'False',
        reason: 'ClusterNotReady',
        message: 'cluster is reachable but health endpoint responded without ok',
      }
}

/** Nothing to wait for: what the Cluster says is wrong, or whose cluster it is, does not flap. */
export function countsAtOnce({ type }: ProbeOutcome): boolean {
  return type === 'unconnected' || type === 'refused'
}

export interface HealthInput {
  /** The Ready condition as reported; undefined when there is none. */
  readonly reported: Readiness | undefined
  readonly observed: Readiness
  /** Undefined at the first probe of a connection: then the observation holds at once. */
  readonly memory: HealthMemory | undefined
  /** Monotonic, when the look began: one that hangs has seen the member fail from its first moment on. */
  readonly beganMs: number
  /** Monotonic, at its end. */
  readonly nowMs: number
  readonly thresholds: HealthThresholds
}

export interface SettledHealth {
  readonly ready: Readiness
  readonly memory: HealthMemory
  /** How long the observation has to go on before it flips the condition; undefined when nothing is held back. */
  readonly dueInMs: number | undefined
}

/**
 * Damps flapping: a flip of Ready needs an observation that persists; a first one, or another reason for the same status,
 * counts at once.
 *
 * @source spec/behaviour/clusters.md §2 rule 3
 */
export function settleHealth(input: HealthInput): SettledHealth {
  const { reported, observed, beganMs, nowMs, thresholds } = input
  const sinceMs = observed.status === 'True' ? nowMs : beganMs
  const memory = input.memory?.status === observed.status ? input.memory : { status: observed.status, sinceMs }
  const flips = reported !== undefined && reported.status !== observed.status
  const thresholdMs = reported?.status === 'True' ? thresholds.failureThresholdMs : thresholds.successThresholdMs
  const dueInMs = memory.sinceMs + thresholdMs - nowMs
  const tooEarly = input.memory !== undefined && flips && dueInMs > 0
  return { ready: tooEarly ? reported : observed, memory, dueInMs: tooEarly ? dueInMs : undefined }
}

export interface LookTimes {
  readonly intervalMs: number
  /** How long the last look took: nothing where a member refuses, its whole time where one hangs. */
  readonly lookMs: number
}

/** Timers are not exact: a look that ends a little late has certainly lasted. In milliseconds. */
const SLACK_MS = 20

/** When to look next. While a flip is due, such that a look ends when it is: the condition follows when the threshold says. */
export function nextLookInMs(dueInMs: number | undefined, { intervalMs, lookMs }: LookTimes): number {
  return dueInMs === undefined ? intervalMs : Math.min(intervalMs, Math.max(0, dueInMs - lookMs) + SLACK_MS)
}
