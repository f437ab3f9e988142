import { ROLE_BINDING, SERVICE_ACCOUNT } from '../../api/kinds.ts'
import { LABEL } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound } from '../../kube/status-error.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { resourceOf } from '../made-resources.ts'
import { CommandError } from '../manifests.ts'
import { nameOf, readOne } from './ensure.ts'
import { accountName, HOST_ANNOTATION, memberNamespace } from './member-objects.ts'

const RBAC_VERSION = 'rbac.authorization.k8s.io/v1'
const OURS = `${LABEL.system}=true`

/** A cluster's name, and the namespace of its identity in the member. */
export interface Joined {
  readonly name: string
  readonly namespace: string
}

/** @returns what a join has made in a member, with whatever rights, in the order in which it goes. */
export async function joinedObjects(
  client: Client,
  { name, namespace }: Joined,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const account = accountName(name)
  const row = (apiVersion: string, kind: string, metadata: KubeObject['metadata']): KubeObject => ({
    apiVersion,
    kind,
    metadata,
  })
  const candidates = [
    ...(await ourRoleBindings(client, account, signal)),
    row(RBAC_VERSION, 'RoleBinding', { name: `${account}-token`, namespace }),
    row(RBAC_VERSION, 'Role', { name: `${account}-token`, namespace }),
    row(RBAC_VERSION, 'ClusterRoleBinding', { name: account }),
    row(RBAC_VERSION, 'ClusterRole', { name: account }),
    row(RBAC_VERSION, 'ClusterRole', { name: `${account}-write` }),
    row('v1', 'Secret', { name: account, namespace }),
    row('v1', 'ServiceAccount', { name: account, namespace }),
  ]
  return oursAmong(client, candidates, signal)
}

/** @returns kind and key of those RoleBindings of a name that are ours, in whatever namespace. */
export async function ourRoleBindings(
  client: Client,
  name: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const { items } = await client.list(ROLE_BINDING, { labelSelector: OURS }, { signal })
  return items
    .filter(({ metadata }) => metadata.name === name)
    .map(({ metadata: { namespace = '' } }) => ({
      apiVersion: RBAC_VERSION,
      kind: 'RoleBinding',
      metadata: { name, namespace },
    }))
}

/** @returns those of the objects, as the member has them, that are there and ours: somebody else may use the same names. */
export async function oursAmong(
  client: Client,
  candidates: readonly KubeObject[],
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const found = await Promise.all(candidates.map(object => readOne(client, object, signal)))
  return found.flatMap(object => (object?.metadata.labels?.[LABEL.system] === 'true' ? [object] : []))
}

/** Deletes objects of a member; one that is gone meanwhile is none less. */
export async function deleteAll(client: Client, objects: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  for (const object of objects) {
    try {
      await client.delete(resourceOf(object), keyOf(object), { signal })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

/** @returns those of the objects that are not among the wanted ones: rights that another preset had given. */
export function superfluous(there: readonly KubeObject[], wanted: readonly KubeObject[]): readonly KubeObject[] {
  const names = new Set(wanted.map(nameOf))
  return there.filter(object => !names.has(nameOf(object)))
}

/**
 * Takes out of a member what its join made there: roles, identity, and the namespace when no other host uses it.
 *
 * @param hostId of the host that lets it go; undefined: whichever it was.
 * @returns what was deleted, by name.
 * @throws CommandError when it belongs to another host.
 */
export async function cleanMember(
  client: Client,
  { hostId, ...joined }: Joined & { readonly hostId: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const objects = await joinedObjects(client, joined, signal)
  const owner = objects.find(({ kind }) => kind === 'ServiceAccount')?.metadata.annotations?.[HOST_ANNOTATION]
  if (owner !== undefined && owner !== hostId) {
    throw new CommandError(
      `what ${joined.name} has in the member belongs to another host (id ${owner}): it is left there`,
    )
  }
  await deleteAll(client, objects, signal)
  const emptied = await deleteNamespace(client, joined.namespace, signal)
  return [...objects.map(nameOf), ...(emptied ? [`Namespace ${joined.namespace}`] : [])]
}

/** Every namespace has this one. */
const DEFAULT_ACCOUNT = 'default'

async function deleteNamespace(client: Client, name: string, signal: AbortSignal): Promise<boolean> {
  const namespace = await readOne(client, memberNamespace(name), signal)
  const { labels, deletionTimestamp } = namespace?.metadata ?? {}
  if (namespace === undefined || labels?.[LABEL.system] !== 'true' || deletionTimestamp !== undefined) return false
  const { items } = await client.list(SERVICE_ACCOUNT, { namespace: name }, { signal })
  if (items.some(({ metadata }) => metadata.name !== DEFAULT_ACCOUNT)) return false
  await deleteAll(client, [namespace], signal)
  return true
}
