import { CLUSTER, LEASE } from '../../api/kinds.ts'
import { CLUSTER_NAMESPACE } from '../../api/names.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { microTime } from '../../runtime/lease.ts'

/**
 * The Lease by which the host knows that an agent lives, as of now. It goes with its Cluster.
 *
 * @source spec/behaviour/clusters.md §2.1
 */
export function heartbeatOf(cluster: Cluster, durationMs: number, nowMs: number): KubeObject {
  const { name, uid } = cluster.metadata
  const owner = { apiVersion: formatApiVersion(CLUSTER), kind: CLUSTER.kind, name }
  return {
    apiVersion: formatApiVersion(LEASE),
    kind: LEASE.kind,
    metadata: {
      name,
      namespace: CLUSTER_NAMESPACE,
      ...(uid !== undefined && { ownerReferences: [{ ...owner, uid }] }),
    },
    spec: { holderIdentity: name, leaseDurationSeconds: Math.ceil(durationMs / 1000), renewTime: microTime(nowMs) },
  }
}
