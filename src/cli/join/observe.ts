import { CLUSTER, NAMESPACE } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isForbidden, isNotFound, isTransportError, isUnauthorized } from '../../kube/status-error.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { CommandError } from '../manifests.ts'
import type { HostFacts, MemberFacts } from './judge.ts'

const KUBE_SYSTEM = { namespace: '', name: 'kube-system' }
const CRD_HINT = 'install Flotilla there first (docs/how-to/install.md), or name its host by --kubeconfig and --context'

/** A cluster to ask, and its address for messages. */
export interface Asked {
  readonly client: Client
  readonly server: string
}

/**
 * What a join must know of the host.
 *
 * @throws CommandError when it is no host, cannot be reached, or does not let the caller look.
 */
export async function observeHost({ client, server }: Asked, signal: AbortSignal): Promise<HostFacts> {
  const [id, clusters] = await asked('the host', server, () =>
    Promise.all([readId(client, signal), findOrUndefined(() => client.list(CLUSTER, {}, { signal }))]),
  )
  if (clusters === undefined) {
    throw new CommandError(`${server} does not know the kind Cluster, so it is no host of Flotilla: ${CRD_HINT}`)
  }
  return { server, id, clusters: clusters.items.filter(isCluster) }
}

/**
 * What a join must know of the member.
 *
 * @throws CommandError when it cannot be reached, or does not let the caller look.
 */
export async function observeMember({ client, server }: Asked, signal: AbortSignal): Promise<MemberFacts> {
  const [version, id] = await asked('the member', server, () =>
    Promise.all([newDiscovery(client).serverVersion({ signal }), readId(client, signal)]),
  )
  return { server, ...version, id }
}

async function readId(client: Client, signal: AbortSignal): Promise<string> {
  const { metadata } = await client.get(NAMESPACE, KUBE_SYSTEM, { signal })
  return metadata.uid ?? ''
}

/** What a CRD's schema has let through. */
export function isCluster(object: KubeObject): object is Cluster {
  return isJsonObject(object['spec'])
}

async function asked<T>(who: string, server: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw new CommandError(explain(error, `${who} (${server})`), { cause: error })
  }
}

/** @returns what failed with a cluster, and what to do about it. */
export function explain(error: unknown, who: string): string {
  const message = error instanceof Error ? error.message : String(error)
  if (isTransportError(error))
    return `${who} cannot be reached: ${message}. Look at server and proxy-url in its kubeconfig`
  if (isUnauthorized(error))
    return `${who} does not accept these credentials: ${message}. Renew those in its kubeconfig`
  if (isForbidden(error)) return `${who} refuses: ${message}. Use a kubeconfig of an administrator`
  if (isNotFound(error)) return `${who}: ${message}`
  return `${who}: ${message}`
}
