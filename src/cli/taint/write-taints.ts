import type { Taint } from '../../api/generated/cluster.ts'
import { CLUSTER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isConflict } from '../../kube/status-error.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { isCluster } from '../join/observe.ts'
import { CommandError } from '../manifests.ts'

/** Somebody else, the operator among them, may write a cluster's taints between our read and our write. */
const MOST_TRIES = 5

/** @throws CommandError when there is no cluster of that name. */
export async function readCluster(client: Pick<Client, 'get'>, name: string, signal: AbortSignal): Promise<Cluster> {
  const object = await findOrUndefined(() => client.get(CLUSTER, { namespace: '', name }, { signal }))
  if (object === undefined || !isCluster(object)) {
    throw new CommandError(`there is no cluster ${name}: kubectl get clusters lists those that have joined`)
  }
  return object
}

/**
 * Changes the taints of a cluster by what `edit` makes of those that are there.
 *
 * @returns whether anything changed.
 */
export async function writeTaints(
  client: Pick<Client, 'get' | 'patch'>,
  { name, edit }: { readonly name: string; readonly edit: (taints: readonly Taint[]) => readonly Taint[] },
  signal: AbortSignal,
): Promise<boolean> {
  for (let left = MOST_TRIES; ; left--) {
    const { metadata, spec } = await readCluster(client, name, signal)
    const taints = spec.taints ?? []
    const wanted = edit(taints)
    if (wanted === taints) return false
    const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { taints: wanted } }
    try {
      await client.patch(CLUSTER, { namespace: '', name }, { type: 'merge', body }, { signal })
      return true
    } catch (error) {
      if (!isConflict(error) || left === 1) throw error
    }
  }
}
