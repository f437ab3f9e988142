import { CLUSTER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import type { Cluster, Remedy } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import { plan } from './plan.ts'

export interface RemedyReconcilerDeps {
  readonly host: Pick<Client, 'patch'>
  readonly clusters: Pick<Informer<Cluster>, 'get' | 'observe'>
  readonly remedies: Lister<Remedy>
}

/** Remedies → `status.remedyActions` of a Cluster (spec/behaviour/clusters.md §8). */
export function newRemedyReconciler({ host, clusters, remedies }: RemedyReconcilerDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = clusters.get({ namespace: '', name })
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return awaitChange()
    const body = plan(cluster, remedies.list())
    if (body === undefined) return awaitChange()
    const options = { subresource: 'status', signal }
    clusters.observe(await host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body }, options))
    return awaitChange()
  }
}
