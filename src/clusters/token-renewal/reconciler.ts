import { SECRET } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isConflict, isServerFailure, StatusError } from '../../kube/status-error.ts'
import { requestToken } from '../../kube/token-request.ts'
import type { Members } from '../../members/member.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import type { Random } from '../../runtime/backoff.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Logger } from '../../runtime/logger.ts'
import { awaitChange, ReconcileError, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type ConditionDeps, writeCondition } from '../cluster-condition.ts'
import { readTokenLease, renewedSecret, type TokenLease, untilRenewal } from '../token-lease.ts'
import { failedRenewal, goodToken, NOT_RENEWED } from './plan.ts'

export interface TokenRenewalDeps extends ConditionDeps {
  readonly host: Pick<Client, 'patch'>
  readonly secrets: ReadonlyMap<string, Pick<Informer, 'get' | 'observe'>>
  readonly members: Pick<Members, 'get'>
  readonly recorder: Recorder
  readonly random: Random
  readonly log: Logger
}

/** One token that is looked at. */
interface Renewal {
  readonly cluster: Cluster
  readonly secret: KubeObject
  readonly lease: TokenLease
}

/** Several clusters that were joined together don't ask together: each waits up to this share of its token's life longer. */
const SPREAD = 0.05

/** Replaces the tokens by which members are reached, long before they end; the Secret's change brings the new one into use. */
export function newTokenRenewalReconciler(deps: TokenRenewalDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) return awaitChange()
    const renewal = renewalOf(deps, cluster)
    if (renewal === undefined) {
      await writeCondition(deps, { cluster, wanted: NOT_RENEWED }, signal)
      return awaitChange()
    }
    const waitMs = untilRenewal(renewal.lease, deps.clock.nowMs())
    if (waitMs === 0) return renew(deps, renewal, signal)
    await writeCondition(deps, { cluster, wanted: goodToken(renewal.lease) }, signal)
    return requeueAfter(waitMs + deps.random() * SPREAD * renewal.lease.lifetimeMs)
  }
}

function renewalOf({ secrets }: TokenRenewalDeps, cluster: Cluster): Renewal | undefined {
  const { syncMode, secretRef } = cluster.spec
  const secret = syncMode === 'Push' && secretRef ? secrets.get(secretRef.namespace)?.get(secretRef) : undefined
  const lease = secret && readTokenLease(secret)
  return secret && lease && { cluster, secret, lease }
}

/** The change of the Secret asks for the next look. */
async function renew(deps: TokenRenewalDeps, renewal: Renewal, signal: AbortSignal): Promise<ReconcileResult> {
  const { cluster, secret, lease } = renewal
  try {
    const { serviceAccount, lifetimeMs } = lease
    const granted = await requestToken(memberOf(deps, cluster), serviceAccount, { lifetimeMs, signal })
    const body = renewedSecret(secret, granted, deps.clock.nowMs())
    const stored = await deps.host.patch(SECRET, keyOf(secret), { type: 'merge', body }, { signal })
    deps.secrets.get(secret.metadata.namespace ?? '')?.observe(stored)
    deps.log.info('the token for a member is renewed', { cluster: cluster.metadata.name })
    return awaitChange()
  } catch (error) {
    signal.throwIfAborted()
    if (!isConflict(error)) await report(deps, { ...renewal, error }, signal)
    throw error
  }
}

function memberOf({ members }: TokenRenewalDeps, { metadata: { name } }: Cluster): Pick<Client, 'request'> {
  const member = members.get(name)
  if (member !== undefined) return member.client
  throw new ReconcileError('MemberNotConnected', 'the member is not connected: see its condition Connected', {
    retry: 'backoff',
  })
}

async function report(
  deps: TokenRenewalDeps,
  { cluster, lease, error }: Renewal & { readonly error: unknown },
  signal: AbortSignal,
): Promise<void> {
  const cause = error instanceof Error ? error.message : String(error)
  const isRefused = error instanceof StatusError && !isServerFailure(error) && error.code !== 429
  const wanted = failedRenewal(lease, { cause, isRefused }, deps.clock.nowMs())
  if (wanted === undefined || !(await writeCondition(deps, { cluster, wanted }, signal))) return
  deps.recorder.event(cluster, 'Warning', 'TokenRenewalFailed', wanted.message)
}
