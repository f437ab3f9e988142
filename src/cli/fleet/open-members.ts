import { CLUSTER, SECRET } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { newClient } from '../../kube/new-client.ts'
import type { Impersonation, ServerConfig } from '../../kube/server-config.ts'
import { isForbidden, isNotFound } from '../../kube/status-error.ts'
import { ConnectionError } from '../../members/connection.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { formatKey } from '../../object/object-key.ts'
import { CommandError } from '../manifests.ts'
import { isOf } from '../plan/world.ts'
import { explainImpersonation, readIdentity } from './identity.ts'
import { memberConfig, secretOf } from './member-config.ts'

/** Everything that is asked of a member is answered within this, or it says so. In milliseconds. */
const REQUEST_LIMIT_MS = 15_000
const CONNECT_LIMIT_MS = 5_000

/** Which members, and as whom. */
export interface FleetFlags {
  /** Names; none: all. */
  readonly clusters: readonly string[]
  readonly asMemberCredential: boolean
  /** Names that no Cluster has are left out, not refused. */
  readonly lenient?: boolean
}

/** A member that can be asked. */
export interface OpenMember {
  readonly name: string
  readonly client: Client
  /** How to reach it, for what needs a connection of its own. */
  readonly config: ServerConfig
}

/** A member that cannot, or an answer that it did not give. */
export interface MemberFailure {
  readonly cluster: string
  readonly message: string
}

/** The members that a command asks. */
export interface OpenFleet {
  readonly members: readonly OpenMember[]
  readonly failures: readonly MemberFailure[]
  /** Whom members take us for; undefined: with the rights of their credentials. */
  readonly identity: Impersonation | undefined
  close(): Promise<void>
}

/**
 * Opens a way to members: Cluster and Secret are read with the user's rights on the host, and members take us for the user.
 * Nothing is asked of them yet.
 *
 * @throws StatusError, TransportError when the host cannot be asked; CommandError for a member that there is not.
 */
export async function openMembers(host: Client, flags: FleetFlags, signal: AbortSignal): Promise<OpenFleet> {
  const identity = flags.asMemberCredential ? undefined : await readIdentity(host, signal)
  const clusters = await chooseClusters(host, flags, signal)
  const opened = await Promise.all(clusters.map(cluster => openMember(host, { cluster, identity }, signal)))
  const members = opened.filter(each => 'client' in each)
  return {
    members,
    failures: opened.filter(each => 'message' in each),
    identity,
    close: async () => {
      await Promise.all(members.map(({ client }) => client.close()))
    },
  }
}

async function chooseClusters(
  host: Client,
  { clusters: names, lenient = false }: FleetFlags,
  signal: AbortSignal,
): Promise<readonly Cluster[]> {
  const { items } = await host.list(CLUSTER, {}, { signal })
  const clusters = items.filter(isOf<Cluster>(CLUSTER))
  const missing = names.find(name => !clusters.some(({ metadata }) => metadata.name === name))
  if (missing !== undefined && !lenient) {
    const known = clusters.map(({ metadata }) => metadata.name).join(', ') || 'none has joined'
    throw new CommandError(`there is no member ${missing}; members: ${known}`)
  }
  const chosen = names.length === 0 ? clusters : clusters.filter(({ metadata }) => names.includes(metadata.name))
  return chosen.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

interface Opening {
  readonly cluster: Cluster
  readonly identity: Impersonation | undefined
}

async function openMember(
  host: Client,
  { cluster, identity }: Opening,
  signal: AbortSignal,
): Promise<OpenMember | MemberFailure> {
  const { name } = cluster.metadata
  try {
    const reference = secretOf(cluster, identity)
    const secret = await readSecret(host, reference, signal)
    const config = memberConfig(cluster, secret, identity)
    const limits = { timeoutMs: REQUEST_LIMIT_MS, connectTimeoutMs: CONNECT_LIMIT_MS, maxRetries: 1 }
    return { name, config, client: newClient(config, { limits }) }
  } catch (error) {
    if (error instanceof ConnectionError || error instanceof CommandError) {
      return { cluster: name, message: error.message }
    }
    throw error
  }
}

async function readSecret(
  host: Client,
  key: { readonly namespace: string; readonly name: string },
  signal: AbortSignal,
) {
  try {
    return await host.get(SECRET, key, { signal })
  } catch (error) {
    const rule = `{apiGroups: [""], resources: ["secrets"], resourceNames: ["${key.name}"], verbs: ["get"]}`
    if (isForbidden(error)) {
      throw new CommandError(
        `you may not read its Secret ${formatKey(key)} on the host; a Role there needs the rule ${rule}`,
      )
    }
    if (isNotFound(error)) throw new CommandError(`Secret ${formatKey(key)} of its Cluster does not exist`)
    throw error
  }
}

/** What a member said no to, in words; who it was asked as is told where that matters. */
export function describeFailure(error: unknown, identity: Impersonation | undefined): string {
  const message = error instanceof Error ? error.message : String(error)
  return (identity && explainImpersonation(message, identity)) ?? message
}

/** What one member answered, or why it did not. */
export type MemberAnswer<T> =
  | { readonly cluster: string; readonly answer: T }
  | (MemberFailure & { readonly error: unknown })

/** Asks every member at once; one that fails keeps none of the others. In the order of the members. */
export async function askMembers<T>(
  { members, identity }: Pick<OpenFleet, 'members' | 'identity'>,
  ask: (member: OpenMember) => Promise<T>,
): Promise<readonly MemberAnswer<T>[]> {
  return Promise.all(
    members.map(async member => {
      const cluster = member.name
      try {
        return { cluster, answer: await ask(member) }
      } catch (error) {
        return { cluster, message: describeFailure(error, identity), error }
      }
    }),
  )
}
