import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, type ObjectKey } from '../object/object-key.ts'
import { type Clock, sleep } from './clock.ts'
import { readLease } from './lease.ts'

/** A Lease that somebody holds. */
export interface HeldLease {
  /** `<namespace>/<name>` */
  readonly lease: string
  readonly holder: string
  /** RFC 3339, by the holder's clock. */
  readonly renewTime: string
  /** What the holder tells of itself. */
  readonly annotations?: Readonly<Record<string, string>>
  /** Whether the holder is alive: it has renewed within the lease's duration. */
  readonly live: boolean
}

export interface HeldLeaseDeps {
  readonly client: Pick<Client, 'get'>
  readonly clock: Clock
}

/** Whoever has a live Lease renews it every two seconds, slow ones every ten. */
const SECOND_LOOK_MS = 5_000
/** Clocks do not differ by more: credentials with a lifetime would fail before. */
const MAX_SKEW_MS = 3_600_000

/**
 * Tells who holds a Lease and whether he is alive. Takes five seconds longer when it looks as if it had just expired: its
 * holder's clock may differ from ours, so it is looked at twice.
 *
 * @returns undefined when there is no such Lease, or nobody holds it.
 * @throws StatusError, TransportError as the client.
 */
export async function readHeldLease(
  { client, clock }: HeldLeaseDeps,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<HeldLease | undefined> {
  const read = () => findOrUndefined(() => client.get(LEASE, key, { signal }))
  const object = await read()
  if (object === undefined || readLease(object).holder === '') return undefined
  const { renewTime, durationMs } = readLease(object)
  const ageMs = Math.abs(clock.nowMs() - Date.parse(renewTime))
  if (ageMs <= durationMs) return held(key, object, true)
  if (!(ageMs <= MAX_SKEW_MS)) return held(key, object, false)
  await sleep(clock, SECOND_LOOK_MS, signal)
  const again = (await read()) ?? object
  return held(key, again, readLease(again).holder !== '' && readLease(again).renewTime !== renewTime)
}

function held(key: ObjectKey, object: KubeObject, live: boolean): HeldLease {
  const { holder, renewTime } = readLease(object)
  return { lease: formatKey(key), holder, renewTime, live, annotations: object.metadata.annotations ?? {} }
}
