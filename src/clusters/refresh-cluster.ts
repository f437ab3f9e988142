import { CLUSTER } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { Informer } from '../runtime/informer.ts'

export interface RefreshClusterDeps {
  readonly host: Pick<Client, 'get'>
  readonly clusters: Pick<Informer<Cluster>, 'observe'>
}

/**
 * Brings the cached Cluster up to date with the host. Whoever executes for a member in another process than the one that lets it go may
 * see its Works deleted before the Cluster. One that is gone stays cached until its watch says so.
 *
 * @throws StatusError, TransportError as the client.
 */
export async function refreshCluster(
  { host, clusters }: RefreshClusterDeps,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const found = await findOrUndefined(() => host.get(CLUSTER, { namespace: '', name }, { signal }))
  if (found !== undefined) clusters.observe(found)
}
