import { LEASE } from '../api/kinds.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { hasEnded, type ProcessIdentity } from './process-identity.ts'

/** What a Lease says. */
export interface LeaseRecord {
  /** '' when nobody holds it. */
  readonly holder: string
  readonly durationMs: number
  /** RFC 3339 with microseconds. */
  readonly acquireTime: string
  readonly renewTime: string
  readonly transitions: number
}

/** A Lease as we saw it, and when we first saw it so, on our own monotonic clock: no other clock counts. */
export interface ObservedLease {
  readonly object: KubeObject
  readonly record: LeaseRecord
  readonly sinceMs: number
}

/** Who asks for the lease. */
export interface Candidate extends ProcessIdentity {
  readonly durationMs: number
}

/** @returns the parts of a Lease that matter; what is missing or malformed counts as empty, so that it can be taken. */
export function readLease(object: KubeObject): LeaseRecord {
  const spec = isRecord(object['spec']) ? object['spec'] : {}
  return {
    holder: text(spec['holderIdentity']),
    durationMs: wholeNumber(spec['leaseDurationSeconds']) * 1000,
    acquireTime: text(spec['acquireTime']),
    renewTime: text(spec['renewTime']),
    transitions: wholeNumber(spec['leaseTransitions']),
  }
}

/**
 * Keeps the time of the first sight as long as the record stays the same: how old a lease is follows from how long *we*
 * have seen no change, so the clocks of the holder and of us need not agree.
 */
export function observeLease(known: ObservedLease | undefined, object: KubeObject, nowMs: number): ObservedLease {
  const record = readLease(object)
  const same =
    known !== undefined && known.record.holder === record.holder && known.record.renewTime === record.renewTime
  return { object, record, sinceMs: same ? known.sinceMs : nowMs }
}

/**
 * @param nowMs monotonic.
 * @returns 'take' also for our own lease, and for that of a process which has ended for certain; else how long to wait before it can be taken.
 */
export function planLease(
  observed: ObservedLease,
  candidate: Candidate,
  nowMs: number,
): { readonly next: 'take' } | { readonly next: 'wait'; readonly forMs: number } {
  const { holder, durationMs } = observed.record
  if (holder === '' || holder === candidate.identity || hasEnded(holder, candidate)) return { next: 'take' }
  const expiresMs = observed.sinceMs + Math.max(durationMs, candidate.durationMs)
  return expiresMs <= nowMs ? { next: 'take' } : { next: 'wait', forMs: expiresMs - nowMs }
}

/** The record of a lease that the candidate takes, or renews when it is the holder already. */
export function takenRecord(before: LeaseRecord | undefined, candidate: Candidate, time: string): LeaseRecord {
  const renewed = before?.holder === candidate.identity
  return {
    holder: candidate.identity,
    durationMs: candidate.durationMs,
    acquireTime: renewed ? before.acquireTime : time,
    renewTime: time,
    transitions: (before?.transitions ?? 0) + (before === undefined || renewed ? 0 : 1),
  }
}

/** The record that a holder leaves behind when it ends in order: anybody may take it at once. */
export function releasedRecord(before: LeaseRecord, time: string): LeaseRecord {
  return { ...before, holder: '', durationMs: 1000, renewTime: time }
}

/** A Lease object with this record; `base` keeps what others wrote on it. */
export function leaseObject(
  key: { readonly namespace: string; readonly name: string },
  record: LeaseRecord,
  base?: KubeObject,
): KubeObject {
  return {
    apiVersion: formatApiVersion(LEASE),
    kind: LEASE.kind,
    metadata: base?.metadata ?? key,
    spec: {
      holderIdentity: record.holder,
      leaseDurationSeconds: Math.max(1, Math.ceil(record.durationMs / 1000)),
      ...(record.acquireTime !== '' && { acquireTime: record.acquireTime }),
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  }
}

/** @returns metav1.MicroTime. */
export function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z')
}

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function wholeNumber(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0
}
