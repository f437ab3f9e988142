import { LEASE } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { heartbeatOf } from './plan.ts'

export interface HeartbeatDeps {
  readonly host: Pick<Client, 'apply'>
  readonly clusters: Lister<Cluster>
  readonly clock: Clock
  readonly owns: (cluster: string) => boolean
  /** Whether the agent can do what it is there for: one that may not read its Works is as good as gone. */
  readonly isAble: () => boolean
  readonly leaseDurationMs: number
  readonly renewPeriodMs: number
}

/** Renews the Lease of the agent's cluster now and then (spec/behaviour/clusters.md §2.1). */
export function newHeartbeatReconciler(deps: HeartbeatDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined || !deps.owns(name)) return awaitChange()
    if (deps.isAble()) {
      const timeoutMs = deps.renewPeriodMs
      await deps.host.apply(LEASE, heartbeatOf(cluster, deps.leaseDurationMs, deps.clock.nowMs()), {
        signal,
        timeoutMs,
      })
    }
    return requeueAfter(deps.renewPeriodMs)
  }
}
