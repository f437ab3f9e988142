import { stringify } from 'yaml'
import { NAMESPACE, SECRET } from '../api/kinds.ts'
import { CLUSTER_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import { isForbidden } from '../kube/status-error.ts'
import { withoutValueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { printable } from '../object/printable.ts'
import type { Clock } from '../runtime/clock.ts'
import { awaitReady, type Readiness } from './join/await-ready.ts'
import { type Made, nameOf, newMade, readOne } from './join/ensure.ts'
import {
  clusterOf,
  type HostWish,
  type MemberToken,
  memberSecret,
  SECRETS_NAMESPACE,
  settled,
  type Topology,
} from './join/host-objects.ts'
import { judge } from './join/judge.ts'
import { deleteAll, joinedObjects, superfluous } from './join/leftovers.ts'
import { HOST_ANNOTATION, type MemberWish, memberObjects } from './join/member-objects.ts'
import { type Asked, observeHost, observeMember } from './join/observe.ts'
import { formatRight, missingRights, type Right, rightsInMember, rightsOnHost } from './join/rights.ts'
import { awaitSecretToken, requestMemberToken } from './join/token.ts'
import { CommandError } from './manifests.ts'
import { onceAllowed } from './once-allowed.ts'

export interface JoinOptions extends Omit<MemberWish, 'hostId'> {
  readonly topology: Topology
  readonly tokenLifetimeSeconds: number
  readonly renewCredentials: boolean
  readonly dryRun: boolean
  /** How long to wait until the cluster is Ready; 0: not at all. In milliseconds. */
  readonly waitMs: number
}

export interface JoinDeps {
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
  readonly clock: Clock
  readonly host: Asked
  readonly member: Asked
  /** How the operator is to reach the member. */
  readonly server: ServerConfig
  /** Runs with the member's own ServiceAccount. */
  readonly asMember: <T>(token: string, run: (client: Client) => Promise<T>) => Promise<T>
}

const TOKEN_ON_DRY_RUN = '<the token that the member gives>'

/**
 * Makes a member known to the host: an identity with few rights in the member, a Secret and a Cluster on the host.
 *
 * @returns the exit code: 0, or 1 when the cluster has joined and is not Ready in time.
 * @throws CommandError telling what stands against it; what was made until then is removed.
 */
export async function join(deps: JoinDeps, options: JoinOptions, signal: AbortSignal): Promise<number> {
  const host = await observeHost(deps.host, signal)
  const member = await observeMember(deps.member, signal)
  const verdict = judge(options.name, { host, member, renew: options.renewCredentials })
  const wish: MemberWish = { ...options, hostId: host.id }
  const inMember = memberObjects(wish)
  await checkMember(deps, wish, signal)
  await checkRights(deps, options, signal)
  const onHost: HostWish = { name: options.name, id: member.id, server: deps.server, topology: options.topology }
  if (options.dryRun) {
    deps.write(printBoth(inMember, [SECRETS_NAMESPACE, secretOnDryRun(onHost), clusterOf(onHost)]))
    return 0
  }
  if (deps.server.insecureSkipTlsVerify === true) {
    deps.warn(
      'The certificate of the member is not verified, as its kubeconfig says: anybody on the way can read and change everything.\n',
    )
  }
  if (verdict.type === 'again') deps.warn(`Cluster ${options.name} is joined again: ${verdict.because}.\n`)
  const made = newMade()
  const token = await undoing(deps, made, () => makeBoth(deps, { made, inMember, onHost, options }, signal))
  const readiness = await awaitReady({ client: deps.host.client, clock: deps.clock }, options, signal)
  deps.write(report(options, token, { ...readiness, gitVersion: member.gitVersion }))
  return readiness.type === 'not ready' ? 1 : 0
}

/** What the member has already, and what it lacks, for the identity that it is to give us. */
async function checkMember({ member }: JoinDeps, wish: MemberWish, signal: AbortSignal): Promise<void> {
  const account = memberObjects(wish).find(({ kind }) => kind === 'ServiceAccount')
  const there = account && (await readOne(member.client, account, signal).catch(ignoreForbidden))
  const owner = there?.metadata.annotations?.[HOST_ANNOTATION]
  if (there !== undefined && owner !== undefined && owner !== wish.hostId) {
    throw new CommandError(
      `${member.server} has joined another host as ${wish.name} (${nameOf(there)} is of the host with id ${owner}): choose another name or --cluster-namespace`,
    )
  }
  if (wish.permissions !== 'namespaced') return
  const found = await Promise.all(
    wish.namespaces.map(name =>
      findOrUndefined(() => member.client.get(NAMESPACE, { namespace: '', name }, { signal })),
    ),
  )
  const missing = wish.namespaces.filter((_, index) => found[index] === undefined)
  if (missing.length > 0) {
    throw new CommandError(
      `${member.server} has no namespace ${missing.join(', ')}: rights in a namespace need it, so create it there first`,
    )
  }
}

/** Who may not look may be allowed to make all the same. */
function ignoreForbidden(error: unknown): undefined {
  if (isForbidden(error)) return undefined
  throw error
}

async function checkRights({ host, member }: JoinDeps, options: JoinOptions, signal: AbortSignal): Promise<void> {
  const { namespace, tokenSecret } = options
  const lacking = async ({ client, server }: Asked, where: string, rights: readonly Right[]) =>
    (await missingRights(client, rights, signal)).map(right => `  ${where} (${server}): ${formatRight(right)}`)
  const missing = [
    ...(await lacking(member, 'in the member', rightsInMember(namespace, tokenSecret))),
    ...(await lacking(host, 'on the host', rightsOnHost(CLUSTER_NAMESPACE))),
  ]
  if (missing.length === 0) return
  throw new CommandError(
    `your rights do not reach:\n${missing.join('\n')}\nUse kubeconfigs of administrators; nothing has been changed`,
  )
}

interface Work {
  readonly made: Made
  readonly inMember: readonly KubeObject[]
  readonly onHost: HostWish
  readonly options: JoinOptions
}

async function makeBoth(deps: JoinDeps, work: Work, signal: AbortSignal): Promise<MemberToken> {
  const { made, inMember, onHost, options } = work
  const { host, member, clock } = deps
  for (const object of inMember) await made.ensure(member.client, object, signal)
  const there = await joinedObjects(member.client, options, signal)
  await deleteAll(member.client, superfluous(there, inMember), signal)
  const of = { cluster: options.name, namespace: options.namespace, lifetimeSeconds: options.tokenLifetimeSeconds }
  const asked = { client: member.client, clock }
  const token = await (options.tokenSecret
    ? awaitSecretToken(asked, of, signal)
    : requestMemberToken(asked, of, signal))
  await tryToken(deps, token.token, signal)
  await made.ensure(host.client, SECRETS_NAMESPACE, signal)
  await made.ensure(host.client, memberSecret(onHost, token), signal)
  const cluster = await made.ensure(host.client, clusterOf(onHost), signal)
  const key = { namespace: CLUSTER_NAMESPACE, name: options.name }
  const body = settled(memberSecret(onHost, token), cluster)
  await host.client.patch(SECRET, key, { type: 'merge', body }, { signal })
  return token
}

function tryToken({ asMember, clock }: JoinDeps, token: string, signal: AbortSignal): Promise<unknown> {
  const own = { namespace: '', name: 'kube-system' }
  return asMember(token, client => onceAllowed(clock, () => client.get(NAMESPACE, own, { signal }), signal))
}

/** @throws what `run` throws, once what was made has been removed. */
async function undoing<T>({ warn }: JoinDeps, made: Made, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const left = await made.undo()
    for (const each of left) warn(`could not be removed again: ${printable(each)}\n`)
    const message = error instanceof Error ? error.message : String(error)
    const outcome = left.length === 0 ? 'what had been made is removed again' : 'some of what had been made is left'
    throw new CommandError(`${hint(message)}; ${outcome}`, { cause: error })
  }
}

function hint(message: string): string {
  return message.includes('attempting to grant RBAC permissions')
    ? `the member lets nobody give rights that he does not have himself: use a kubeconfig of an administrator there, or fewer --permissions (${message.split('\n')[0]})`
    : message
}

/** Nobody has asked for a token yet. */
function secretOnDryRun(onHost: HostWish): KubeObject {
  const secret = memberSecret(onHost, { token: '' })
  return { ...withoutValueAt(secret, ['data', 'token']), stringData: { token: TOKEN_ON_DRY_RUN } }
}

function printBoth(inMember: readonly KubeObject[], onHost: readonly KubeObject[]): string {
  const documents = (side: string, objects: readonly KubeObject[]) =>
    objects.map(object => `---\n# ${side}\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`)
  return [...documents('in the member', inMember), ...documents('on the host', onHost)].join('')
}

function report(
  { name, namespace, permissions, namespaces }: JoinOptions,
  { renewal }: MemberToken,
  readiness: Readiness & { readonly gitVersion: string },
): string {
  const rights = permissions === 'namespaced' ? `${permissions}: ${namespaces.join(', ')}` : permissions
  const life = renewal === undefined ? 'a token that never expires' : `token until ${renewal.expires}, renewed before`
  const lines = [
    `Cluster ${name} has joined: Kubernetes ${readiness.gitVersion}${readiness.type === 'ready' ? ', Ready' : ''}.`,
    `  in the member  ServiceAccount ${namespace}/flotilla-${name}, rights: ${rights}`,
    `  on the host    Cluster ${name}, Secret ${CLUSTER_NAMESPACE}/${name} (${life})`,
    ...(readiness.type === 'not ready' ? [`It is not Ready: ${readiness.why}`] : []),
    ...(readiness.type === 'not waited for'
      ? [`kubectl wait --for=condition=Ready cluster/${name} tells when it can be used.`]
      : []),
  ]
  return lines.map(line => `${printable(line)}\n`).join('')
}
