import { CLUSTER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isBehind } from '../../kube/status-error.ts'
import type { Cluster, ClusterTaintPolicy } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { plan, type TaintPlan } from './plan.ts'

export interface TaintPolicyReconcilerDeps {
  readonly host: Pick<Client, 'patch'>
  readonly clusters: Pick<Informer<Cluster>, 'get' | 'observe'>
  readonly taintPolicies: Lister<ClusterTaintPolicy>
  readonly recorder: Recorder
  readonly clock: Clock
  /** Whether the conditions of a cluster are of our own time: those of a former operator may be old. */
  readonly wasLookedAt: (cluster: string) => boolean
}

/** ClusterTaintPolicies → `spec.taints` of a Cluster (spec/behaviour/clusters.md §3.1). */
export function newTaintPolicyReconciler(deps: TaintPolicyReconcilerDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return awaitChange()
    if (!deps.wasLookedAt(name)) return awaitChange()
    const planned = plan(cluster, deps.taintPolicies.list(), timestamp(deps.clock))
    if (planned === undefined) return awaitChange()
    await write(deps, { cluster, planned }, signal)
    const message = `Followed ClusterTaintPolicies: ${planned.changes.join(', ')}`
    deps.recorder.event(cluster, 'Normal', 'TaintClusterSucceed', message)
    return awaitChange()
  }
}

interface Write {
  readonly cluster: Cluster
  readonly planned: TaintPlan
}

async function write(
  { host, clusters, recorder }: TaintPolicyReconcilerDeps,
  { cluster, planned }: Write,
  signal: AbortSignal,
): Promise<void> {
  try {
    const body = { type: 'merge', body: planned.patch } as const
    clusters.observe(await host.patch(CLUSTER, keyOf(cluster), body, { signal }))
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    if (!isBehind(error))
      recorder.event(cluster, 'Warning', 'TaintClusterFailed', `ClusterTaintPolicies cannot be followed: ${cause}`)
    throw error
  }
}
