import { SECRET } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import { ConnectionError, resolveConnection } from '../members/connection.ts'
import { stringsAt } from '../object/field.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import { CommandError } from './manifests.ts'
import { readCluster } from './taint/write-taints.ts'

/**
 * How the operator reaches a member: with the Secret of its Cluster, which the caller must be allowed to read. Holds
 * credentials: never print it.
 *
 * @throws CommandError saying what is missing; StatusError, TransportError.
 */
export async function memberServerOf(host: Client, name: string, signal: AbortSignal): Promise<ServerConfig> {
  const cluster = await readCluster(host, name, signal)
  const { secretRef } = cluster.spec
  if (secretRef === undefined) {
    throw new CommandError(
      `cluster ${name} has no Secret with credentials: it fetches its work itself, so name its kubeconfig by --cluster-kubeconfig`,
    )
  }
  const secret = await findOrUndefined(() => host.get(SECRET, secretRef, { signal }))
  if (secret === undefined) {
    throw new CommandError(
      `Secret ${secretRef.namespace}/${secretRef.name} of cluster ${name} is not there: flotilla join ${name} --renew-credentials makes it anew`,
    )
  }
  return connect(cluster, stringsAt(secret, 'data'))
}

function connect({ metadata, spec }: Cluster, data: Readonly<Record<string, string>>): ServerConfig {
  try {
    const { config, token } = resolveConnection(metadata.name, spec, data)
    return { ...config, ...(token !== undefined && { token: { type: 'static' as const, token } }) }
  } catch (error) {
    if (error instanceof ConnectionError)
      throw new CommandError(`cluster ${metadata.name}: ${error.message}`, { cause: error })
    throw error
  }
}
