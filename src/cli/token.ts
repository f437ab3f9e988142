import { CLUSTER, SECRET } from '../api/kinds.ts'
import { ANNOTATION, CLUSTER_NAMESPACE, LABEL } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import { type GrantedToken, requestToken } from '../kube/token-request.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { type Clock, timestampOf } from '../runtime/clock.ts'
import { resourceOf } from './made-resources.ts'
import { CommandError } from './manifests.ts'
import { agentAccount, agentAccountName, joinSecretName, metadataFor } from './token/agent-account.ts'
import { printTokens, type TokenRow } from './token/print.ts'
import { formatTicket } from './token/ticket.ts'

export interface TokenDeps {
  readonly host: Client
  readonly clock: Clock
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

export interface TokenOptions {
  /** Of the Cluster. */
  readonly name: string
  readonly ttlMs: number
  /** Fields of its spec: provider, region, zones. */
  readonly topology: { readonly provider?: string; readonly region?: string; readonly zones?: readonly string[] }
  /** How members reach the host. */
  readonly server: { readonly server: string; readonly caPem?: string }
  readonly printRegisterCommand: boolean
}

/**
 * Makes a cluster in Pull mode known to the host, with all that its agent may do there, and a token with which one member
 * registers as it, once.
 *
 * @throws CommandError when there is a cluster of that name that is no such one.
 */
export async function createToken(deps: TokenDeps, options: TokenOptions, signal: AbortSignal): Promise<void> {
  const { host, clock } = deps
  const cluster = await ensureCluster(deps, options, signal)
  for (const object of agentAccount(cluster)) await host.apply(resourceOf(object), object, { signal })
  const { uid } = await replaceJoinSecret(deps, cluster, signal)
  const account = { namespace: CLUSTER_NAMESPACE, name: agentAccountName(options.name) }
  const boundTo = { name: joinSecretName(options.name), uid }
  const granted = await requestToken(host, account, { lifetimeMs: options.ttlMs, boundTo, signal })
  const expires = timestampOf(clock.nowMs() + granted.lifetimeMs)
  const body = { metadata: { annotations: { [ANNOTATION.tokenExpires]: expires } } }
  await host.patch(SECRET, { ...account, name: boundTo.name }, { type: 'merge', body }, { signal })
  report(deps, options, granted)
}

function report({ write, warn }: TokenDeps, options: TokenOptions, granted: GrantedToken): void {
  const { name, server, ttlMs, printRegisterCommand } = options
  if (granted.lifetimeMs < ttlMs) {
    warn(
      `the host gives tokens for at most ${Math.round(granted.lifetimeMs / 60_000)} minutes: this one lasts so long\n`,
    )
  }
  if (/^https?:\/\/(127\.|localhost[:/]|\[::1\])/.test(server.server)) {
    warn(`${server.server} is an address of your machine: name the one that members reach by --server\n`)
  }
  const ticket = formatTicket({ cluster: name, ...server, caPem: server.caPem ?? '', token: granted.token })
  write(printRegisterCommand ? `kubectl flotilla register ${name} --token ${ticket}\n` : `${ticket}\n`)
}

async function ensureCluster({ host }: TokenDeps, options: TokenOptions, signal: AbortSignal): Promise<Cluster> {
  const { name, topology } = options
  const key = { namespace: '', name }
  const known = await findOrUndefined(() => host.get(CLUSTER, key, { signal }))
  if (known === undefined) {
    const spec = { syncMode: 'Pull', ...topology }
    const object = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name }, spec }
    return asCluster(await host.create(CLUSTER, object, { signal }))
  }
  const cluster = asCluster(known)
  if (cluster.metadata.deletionTimestamp !== undefined) {
    throw new CommandError(`cluster ${name} is being deleted: wait until it is gone (kubectl get cluster ${name})`)
  }
  if (cluster.spec.syncMode !== 'Pull') {
    throw new CommandError(
      `cluster ${name} has joined in mode ${cluster.spec.syncMode}, where the operator writes to it: choose another name, or unjoin it first (flotilla unjoin ${name})`,
    )
  }
  if (Object.keys(topology).length === 0) return cluster
  return asCluster(await host.patch(CLUSTER, key, { type: 'merge', body: { spec: topology } }, { signal }))
}

/** What a CRD's schema has let through. */
function asCluster(object: KubeObject): Cluster {
  if (isCluster(object)) return object
  throw new CommandError(`cluster ${object.metadata.name} has no spec: delete it first`)
}

function isCluster(object: KubeObject): object is Cluster {
  return isJsonObject(object['spec'])
}

/** A join token before this one is good for nothing any more. */
async function replaceJoinSecret(
  { host }: TokenDeps,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<{ readonly uid: string }> {
  const metadata = metadataFor(cluster)(joinSecretName(cluster.metadata.name), CLUSTER_NAMESPACE)
  const labels = { ...metadata.labels, [LABEL.joinToken]: cluster.metadata.name }
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { ...metadata, labels } }
  await findOrUndefined(() => host.delete(SECRET, keyOf(secret), { signal }))
  const { metadata: made } = await host.create(SECRET, secret, { signal })
  return { uid: made.uid ?? '' }
}

/** Prints the join tokens that nobody has used yet; what they are, only their maker has seen. */
export async function listTokens(deps: TokenDeps, signal: AbortSignal): Promise<void> {
  const query = { namespace: CLUSTER_NAMESPACE, labelSelector: LABEL.joinToken, content: 'metadata' } as const
  const { items } = await deps.host.list(SECRET, query, { signal })
  const rows = items.map(({ metadata }): TokenRow => {
    const expires = metadata.annotations?.[ANNOTATION.tokenExpires]
    return {
      cluster: metadata.labels?.[LABEL.joinToken] ?? '',
      expires: expires ?? '<unknown>',
      expired: expires !== undefined && Date.parse(expires) < deps.clock.nowMs(),
    }
  })
  deps.write(printTokens(rows))
}

/** Makes a join token good for nothing. An agent that has registered with it goes on. */
export async function deleteToken(deps: TokenDeps, name: string, signal: AbortSignal): Promise<void> {
  const key = { namespace: CLUSTER_NAMESPACE, name: joinSecretName(name) }
  const secret = await findOrUndefined(() => deps.host.get(SECRET, key, { signal }))
  if (secret === undefined) {
    throw new CommandError(`there is no join token for cluster ${name}: it was used, or there never was one`)
  }
  const { uid } = secret.metadata
  await findOrUndefined(() => deps.host.delete(SECRET, key, { signal, ...(uid !== undefined && { uid }) }))
  deps.write(`the join token for cluster ${name} is deleted\n`)
}
