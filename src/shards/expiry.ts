import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isConflict, isNotFound } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import type { Clock } from '../runtime/clock.ts'
import { toError } from '../runtime/failure.ts'
import type { Logger } from '../runtime/logger.ts'
import { hasEnded, type ProcessIdentity } from '../runtime/process-identity.ts'
import { readReplicaLease } from './replica-lease.ts'

export interface ExpiryDeps {
  readonly client: Pick<Client, 'delete'>
  readonly clock: Clock
  readonly log: Logger
  /** How long a Lease is good at least, whatever it says. */
  readonly leaseDurationMs: number
  /** Nobody has to wait for those that must have ended when this process runs. */
  readonly who: ProcessIdentity
}

/** Removes Leases of others that are not renewed any more. */
export interface Expiry {
  /** A Lease as it was seen now. */
  see(lease: KubeObject): void
  /** It is gone. */
  forget(name: string): void
  stop(): void
}

/**
 * A Lease that has not changed since we saw it for its whole duration, on our own monotonic clock, is removed, and at once that of
 * whoever has ended for certain: in the version that we saw, so that one that was renewed meanwhile stays.
 */
export function newExpiry(deps: ExpiryDeps): Expiry {
  const { clock, log, who } = deps
  const pending = new Map<string, () => void>()
  /** As each was seen last. */
  const latest = new Map<string, KubeObject>()
  const ended = new AbortController()
  const goodMsOf = (lease: KubeObject): number => Math.max(readReplicaLease(lease).durationMs, deps.leaseDurationMs)
  const removeAfter = (ms: number, lease: KubeObject): void => {
    const { name } = lease.metadata
    pending.get(name)?.()
    pending.set(
      name,
      clock.after(ms, () => void remove(lease)),
    )
  }
  const see = (lease: KubeObject): void => {
    latest.set(lease.metadata.name, lease)
    removeAfter(hasEnded(readReplicaLease(lease).identity, who) ? 0 : goodMsOf(lease), lease)
  }
  /** One that was seen anew meanwhile has a time of its own. */
  const again = (lease: KubeObject): void => {
    if (latest.get(lease.metadata.name) === lease) removeAfter(goodMsOf(lease), lease)
  }
  const remove = async (lease: KubeObject): Promise<void> => {
    const { uid, resourceVersion, name } = lease.metadata
    if (uid === undefined || resourceVersion === undefined) return
    const timeoutMs = goodMsOf(lease)
    try {
      await deps.client.delete(LEASE, keyOf(lease), { uid, resourceVersion, signal: ended.signal, timeoutMs })
      log.warn('a replica was not heard of any more: its members are taken over', { replica: name })
    } catch (error) {
      // Somebody else did it.
      if (ended.signal.aborted || isNotFound(error)) return
      // It lives, and our watch is late.
      if (!isConflict(error))
        log.warn('a dead replica could not be removed yet', { replica: name, error: toError(error) })
      again(lease)
    }
  }
  return {
    see,
    forget: name => {
      pending.get(name)?.()
      pending.delete(name)
      latest.delete(name)
    },
    stop: () => {
      ended.abort(new Error('stopped'))
      for (const cancel of pending.values()) cancel()
    },
  }
}
