import { SECRET } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { requestToken } from '../../kube/token-request.ts'
import { ConnectionError } from '../../members/connection.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Logger } from '../../runtime/logger.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { renewedSecret, type TokenLease, untilRenewal } from '../token-lease.ts'
import { readHostAccess } from './plan.ts'

export interface HostAccessDeps {
  /** As the agent is known there. */
  readonly host: Pick<Client, 'request'>
  /** The cluster that the agent is in. */
  readonly home: Pick<Client, 'patch'>
  /** The Secret with the agent's credentials for the host, and nothing else. */
  readonly secrets: Pick<Informer, 'get' | 'observe'>
  readonly clock: Clock
  readonly log: Logger
}

/** Replaces the agent's token long before it ends, and keeps it in the Secret. */
export function newHostAccessReconciler(deps: HostAccessDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const secret = deps.secrets.get(parseKey(key))
    const lease = secret && leaseOf(secret)
    if (secret === undefined || lease === undefined) return awaitChange()
    const waitMs = untilRenewal(lease, deps.clock.nowMs())
    if (waitMs > 0) return requeueAfter(waitMs)
    await renew(deps, { secret, lease, signal })
    return awaitChange()
  }
}

/** @returns undefined for what is wrong as well: whoever connects tells that. */
function leaseOf(secret: KubeObject): TokenLease | undefined {
  try {
    return readHostAccess(secret).lease
  } catch (error) {
    if (error instanceof ConnectionError) return undefined
    throw error
  }
}

interface Renewal {
  readonly secret: KubeObject
  readonly lease: TokenLease
  readonly signal: AbortSignal
}

async function renew(deps: HostAccessDeps, { secret, lease, signal }: Renewal): Promise<void> {
  const { serviceAccount, lifetimeMs } = lease
  const granted = await requestToken(deps.host, serviceAccount, { lifetimeMs, signal })
  const body = renewedSecret(secret, granted, deps.clock.nowMs())
  deps.secrets.observe(await deps.home.patch(SECRET, keyOf(secret), { type: 'merge', body }, { signal }))
  deps.log.info('the token for the host is renewed', { lifetimeSeconds: Math.round(granted.lifetimeMs / 1000) })
}
