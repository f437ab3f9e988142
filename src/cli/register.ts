import { stringify } from 'yaml'
import { CLUSTER, NAMESPACE, SECRET, SERVICE_ACCOUNT } from '../api/kinds.ts'
import { AGENT_HOST_SECRET, AGENT_NAME, CLUSTER_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { findOrUndefined } from '../kube/look.ts'
import { isTransportError, isUnauthorized } from '../kube/status-error.ts'
import { requestToken } from '../kube/token-request.ts'
import { stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type Clock, timestampOf } from '../runtime/clock.ts'
import { deleteAll } from './join/leftovers.ts'
import { HOST_ANNOTATION } from './join/member-objects.ts'
import { resourceOf } from './made-resources.ts'
import { CommandError } from './manifests.ts'
import { onceAllowed } from './once-allowed.ts'
import { type AgentWish, agentObjects, type HostCredentials } from './register/agent-objects.ts'
import { judgeRegistration } from './register/judge.ts'
import { agentElsewhere, registeredAs, registeredObjects } from './register/leftovers.ts'
import { planRegistration } from './register/plan.ts'
import { agentAccountName, joinSecretName } from './token/agent-account.ts'
import type { JoinTicket } from './token/ticket.ts'

export interface RegisterDeps {
  /** With the member's kubeconfig. */
  readonly member: Client
  /** With the join token. */
  readonly host: Client
  readonly clock: Clock
  readonly write: (text: string) => void
}

export interface RegisterOptions {
  readonly ticket: JoinTicket
  readonly wish: AgentWish
  readonly tokenLifetimeMs: number
  /** Only the Secret: the agent is installed otherwise. */
  readonly credentialsOnly: boolean
  readonly dryRun: boolean
}

const FOR_CREDENTIALS: readonly string[] = [NAMESPACE.kind, SECRET.kind]

/**
 * Makes a member a cluster in Pull mode: gets credentials for its agent with a join token, and installs the agent.
 *
 * @throws CommandError when the token is not good (any more), or the member is not one that can register.
 */
export async function register(deps: RegisterDeps, options: RegisterOptions, signal: AbortSignal): Promise<void> {
  const { ticket, wish, dryRun } = options
  const wanted = (credentials: HostCredentials): readonly KubeObject[] =>
    agentObjects(wish, credentials).filter(({ kind }) => !options.credentialsOnly || FOR_CREDENTIALS.includes(kind))
  await check(deps, options, signal)
  if (dryRun) {
    const credentials = { ...ticket, token: '<the token that the host gives>', lifetimeMs: 0, expires: '<then>' }
    deps.write(wanted(credentials).map(printable).join(''))
    return
  }
  const credentials = await obtain(deps, options, signal)
  await makeInMember(deps, options, { wanted: wanted(credentials), signal })
  const joinSecret = { namespace: CLUSTER_NAMESPACE, name: joinSecretName(ticket.cluster) }
  await findOrUndefined(() => deps.host.delete(SECRET, joinSecret, { signal }))
  const installed = options.credentialsOnly
    ? `Secret ${wish.namespace}/${AGENT_HOST_SECRET} has the credentials; install the chart there, in mode agent.`
    : `Its agent is Deployment ${wish.namespace}/${AGENT_NAME} (${wish.image}).`
  deps.write(
    [
      `This cluster is registered as ${ticket.cluster}. ${installed}`,
      `Its token for the host lasts until ${credentials.expires}, and is renewed long before. The join token is used up.`,
      `On the host, this tells when it can be used: kubectl wait --for=condition=Ready cluster/${ticket.cluster}\n`,
    ].join('\n'),
  )
}

async function makeInMember(
  { member }: RegisterDeps,
  { wish, credentialsOnly }: RegisterOptions,
  { wanted, signal }: { readonly wanted: readonly KubeObject[]; readonly signal: AbortSignal },
): Promise<void> {
  // With credentials only, what else is there is up to whoever installs the agent.
  const there = credentialsOnly ? [] : await registeredObjects(member, wish.namespace, signal)
  for (const { type, object } of planRegistration(there, wanted)) {
    if (type === 'delete') await deleteAll(member, [object], signal)
    else await member.apply(resourceOf(object), object, { signal })
  }
}

async function check(
  { host, member, clock }: RegisterDeps,
  { ticket, wish }: RegisterOptions,
  signal: AbortSignal,
): Promise<void> {
  const key = { namespace: '', name: ticket.cluster }
  const ask = () => findOrUndefined(() => host.get(CLUSTER, key, { signal }))
  const cluster = await asked(ticket, () => onceAllowed(clock, ask, signal))
  const [hostId, memberId] = await Promise.all([
    onceAllowed(clock, () => readId(host, signal), signal),
    readId(member, signal),
  ])
  const version = await newDiscovery(member).serverVersion({ signal })
  judgeRegistration(ticket.cluster, {
    mode: stringAt(cluster, 'spec', 'syncMode'),
    leaving: cluster?.metadata.deletionTimestamp !== undefined,
    knownId: stringAt(cluster, 'spec', 'id'),
    hostId,
    memberId,
    joinedAs: await accountsFor(member, hostId, signal),
    registeredAs: await registeredAs(member, wish.namespace, signal),
    agentIn: await agentElsewhere(member, wish.namespace, signal),
    version,
  })
}

/** Accounts that flotilla join has made here for that host. */
async function accountsFor(
  member: Client,
  hostId: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { items } = await member.list(SERVICE_ACCOUNT, { namespace: CLUSTER_NAMESPACE }, { signal })
  const ofHost = items.filter(({ metadata }) => hostId && metadata.annotations?.[HOST_ANNOTATION] === hostId)
  return ofHost.map(({ metadata }) => metadata.name)
}

async function readId(client: Client, signal: AbortSignal): Promise<string | undefined> {
  const { metadata } = await client.get(NAMESPACE, { namespace: '', name: 'kube-system' }, { signal })
  return metadata.uid
}

/** @throws CommandError that says what a refusal of the host means here. */
async function asked<T>({ cluster, server }: JoinTicket, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (isUnauthorized(error)) {
      const remedy = `make another one on the host: flotilla token create ${cluster} --print-register-command`
      throw new CommandError(`the join token was used, deleted or has expired: ${remedy}`, { cause: error })
    }
    if (isTransportError(error)) {
      const remedy = 'the agent needs the same way; --server and --ca-file name another one'
      throw new CommandError(`the host at ${server} cannot be reached from here: ${message}; ${remedy}`, {
        cause: error,
      })
    }
    throw error
  }
}

async function obtain(
  { host, clock }: RegisterDeps,
  { ticket, tokenLifetimeMs }: RegisterOptions,
  signal: AbortSignal,
): Promise<HostCredentials> {
  const account = { namespace: CLUSTER_NAMESPACE, name: agentAccountName(ticket.cluster) }
  const ask = () => requestToken(host, account, { lifetimeMs: tokenLifetimeMs, signal })
  const { token, lifetimeMs } = await onceAllowed(clock, ask, signal)
  const expires = timestampOf(clock.nowMs() + lifetimeMs)
  return { server: ticket.server, caPem: ticket.caPem, token, lifetimeMs, expires }
}

function printable(object: KubeObject): string {
  return `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`
}
