import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isForbidden } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { ProcessIdentity } from '../runtime/process-identity.ts'
import { newExpiry } from './expiry.ts'
import { replicasOf } from './replica-lease.ts'

export interface FormerReplicasDeps {
  readonly host: Pick<Client, 'list' | 'delete'>
  readonly clock: Clock
  readonly log: Logger
  readonly who: ProcessIdentity
  /** There are some: called once, before anything is waited for. */
  readonly onWaiting?: () => void
  readonly configuration: {
    readonly namespace: string
    readonly leaderElection: {
      readonly leaseName: string
      readonly leaseDurationMs: number
      readonly retryPeriodMs: number
    }
  }
}

/**
 * Waits until no replica is left that shares members: whoever leads without sharing executes for all of them. Replicas that end
 * in order take their Leases away, those of others are removed when they have expired.
 *
 * @throws the signal's reason; StatusError, TransportError as the client.
 */
export async function awaitNoReplicas(deps: FormerReplicasDeps, signal: AbortSignal): Promise<void> {
  const { host: client, clock, log, who, configuration } = deps
  const { leaderElection } = configuration
  const expiry = newExpiry({ client, clock, log, who, leaseDurationMs: leaderElection.leaseDurationMs })
  const seen = new Map<string, string | undefined>()
  try {
    for (;;) {
      const items = await listReplicas(deps, signal)
      if (items.length === 0) return
      const names = items.map(({ metadata: { name } }) => name)
      if (seen.size === 0) {
        log.info('waiting for replicas that share members to end', { replicas: names })
        deps.onWaiting?.()
      }
      for (const lease of items) {
        const { name, resourceVersion } = lease.metadata
        if (seen.get(name) !== resourceVersion) expiry.see(lease)
        seen.set(name, resourceVersion)
      }
      await sleep(clock, leaderElection.retryPeriodMs, signal)
    }
  } finally {
    expiry.stop()
  }
}

async function listReplicas(
  { host, log, configuration: { namespace, leaderElection } }: FormerReplicasDeps,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  try {
    const query = { namespace, labelSelector: replicasOf(leaderElection) }
    return (await host.list(LEASE, query, { signal })).items
  } catch (error) {
    if (!isForbidden(error)) throw error
    log.warn('whether replicas share members may not be looked up: rights of a former release, which has none', {
      error,
    })
    return []
  }
}
