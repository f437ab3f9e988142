import type { Client } from '../../kube/client.ts'
import { type Discovery, newDiscovery } from '../../kube/discovery.ts'
import type { ServerConfig } from '../../kube/server-config.ts'
import { ConnectionError, resolveConnection } from '../../members/connection.ts'
import { stringsAt } from '../../object/field.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { CheckedMember } from './member-check.ts'
import type { Source } from './read-source.ts'

/** Opens a connection to an apiserver. */
export type Connect = (config: ServerConfig) => Client

/** Members by name; of one that cannot be connected to, why. */
export type OpenMembers = ReadonlyMap<string, CheckedMember | string>

/** Connects to members with what Karmada connects with, while `use` runs. */
export async function withMembers<T>(
  connect: Connect,
  source: Pick<Source, 'clusters' | 'secrets'>,
  use: (members: OpenMembers) => Promise<T>,
): Promise<T> {
  const pushed = source.clusters.filter(({ spec }) => spec.syncMode === 'Push')
  const opened = pushed.map(cluster => [cluster.metadata.name, open(connect, source, cluster)] as const)
  const members = new Map(
    opened.map(([name, client]) => [
      name,
      typeof client === 'string' ? client : { client, discovery: discoveryOf(client) },
    ]),
  )
  try {
    return await use(members)
  } finally {
    await Promise.all(opened.map(([, client]) => (typeof client === 'string' ? undefined : client.close())))
  }
}

function discoveryOf(client: Client): Discovery {
  return newDiscovery(client)
}

function open(connect: Connect, { secrets }: Pick<Source, 'secrets'>, { metadata, spec }: Cluster): Client | string {
  const { name } = metadata
  const secret = secrets.find(
    each => each.metadata.name === spec.secretRef?.name && each.metadata.namespace === spec.secretRef.namespace,
  )
  if (secret === undefined) return 'its Secret is missing in Karmada'
  try {
    const { config, token } = resolveConnection(name, spec, stringsAt(secret, 'data'))
    return connect(token === undefined ? config : { ...config, token: { type: 'static', token } })
  } catch (failure) {
    if (failure instanceof ConnectionError) return failure.message
    throw failure
  }
}
