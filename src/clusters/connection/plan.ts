import { ANNOTATION, FINALIZER, KEEP_RESOURCES } from '../../api/names.ts'
import type { MemberConnection } from '../../members/connection.ts'
import { isConditionTrue } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'

/** Everything that decides whether and how this process is connected to a member. */
export interface Observed {
  readonly cluster: Cluster
  /** Undefined when its Secret is missing or malformed, or its agent does the work. */
  readonly connection: MemberConnection | undefined
  /** Whether the execution namespace is there. */
  readonly hasNamespace: boolean
}

export type Action =
  | { readonly type: 'connect'; readonly connection: MemberConnection }
  | { readonly type: 'disconnect' }
  /** Takes our marks off the namespaces of the member that stay there. */
  | { readonly type: 'releaseNamespaces' }

/**
 * How a cluster that is ours is connected. One that is deleted stays so until its execution namespace is gone, since its Works
 * have to be taken out of the member.
 *
 * @source spec/behaviour/clusters.md §1.3, §7
 */
export function plan(observed: Observed): readonly Action[] {
  const { cluster, hasNamespace } = observed
  if (cluster.metadata.deletionTimestamp === undefined) return planUse(observed)
  if (!(cluster.metadata.finalizers ?? []).includes(FINALIZER.cluster)) return [{ type: 'disconnect' }]
  return hasNamespace ? planUse(observed) : [...planRelease(cluster), { type: 'disconnect' }]
}

/**
 * A Secret that went ends the connection only when the cluster's Ready condition has followed: who deletes a Cluster and
 * its Secret together, in whatever order, still wants the member emptied.
 */
function planUse({ cluster, connection }: Observed): readonly Action[] {
  if (connection !== undefined) return [{ type: 'connect', connection }]
  const pushed = cluster.spec.syncMode === 'Push'
  const deleting = cluster.metadata.deletionTimestamp !== undefined
  return pushed && (deleting || isReady(cluster)) ? [] : [{ type: 'disconnect' }]
}

/** They were made because something of ours needed them, and no Work tells of them. */
function planRelease(cluster: Cluster): readonly Action[] {
  const keeps = cluster.metadata.annotations?.[ANNOTATION.onDeletion] === KEEP_RESOURCES
  return keeps && isReady(cluster) && cluster.spec.syncMode === 'Push' ? [{ type: 'releaseNamespaces' }] : []
}

function isReady({ status }: Cluster): boolean {
  return isConditionTrue(status?.conditions, 'Ready')
}
