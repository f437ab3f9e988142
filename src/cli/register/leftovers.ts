import {
  CLUSTER_ROLE,
  CLUSTER_ROLE_BINDING,
  CONFIG_MAP,
  DEPLOYMENT,
  type Resource,
  ROLE,
  ROLE_BINDING,
  SECRET,
  SERVICE_ACCOUNT,
} from '../../api/kinds.ts'
import { AGENT_HOST_SECRET, AGENT_NAME, ANNOTATION, CLUSTER_NAMESPACE } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { listAt, stringAt } from '../../object/field.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { ourRoleBindings, oursAmong } from '../join/leftovers.ts'
import { agentAccountName } from '../token/agent-account.ts'
import { ADMIN_BINDING, WRITER } from './agent-objects.ts'

/**
 * @param namespace of the agent.
 * @returns what registrations have made in a member, with whatever rights, in the order in which it goes; its namespace aside.
 */
export async function registeredObjects(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const candidates = [
    row(DEPLOYMENT, AGENT_NAME, namespace),
    row(CONFIG_MAP, AGENT_NAME, namespace),
    row(SECRET, AGENT_HOST_SECRET, namespace),
    ...(await ourRoleBindings(client, WRITER, signal)),
    row(ROLE_BINDING, AGENT_NAME, namespace),
    row(ROLE, AGENT_NAME, namespace),
    row(CLUSTER_ROLE_BINDING, ADMIN_BINDING),
    row(CLUSTER_ROLE_BINDING, AGENT_NAME),
    row(CLUSTER_ROLE, AGENT_NAME),
    row(CLUSTER_ROLE, WRITER),
    row(SERVICE_ACCOUNT, AGENT_NAME, namespace),
  ]
  return oursAmong(client, candidates, signal)
}

/** @returns the cluster whose agent's credentials are in a namespace of a member; undefined: there are none. */
export async function registeredAs(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const key = { namespace, name: AGENT_HOST_SECRET }
  const secret = await findOrUndefined(() => client.get(SECRET, key, { signal }))
  const account = secret?.metadata.annotations?.[ANNOTATION.tokenServiceAccount] ?? ''
  const prefix = `${CLUSTER_NAMESPACE}/${agentAccountName('')}`
  return account.startsWith(prefix) ? account.slice(prefix.length) : undefined
}

/** @returns another namespace in which the agent of a registration is: a member has one, as the names of its roles are the same. */
export async function agentElsewhere(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const everywhere = [ADMIN_BINDING, AGENT_NAME].map(name => row(CLUSTER_ROLE_BINDING, name))
  const bound = (await oursAmong(client, everywhere, signal)).flatMap(({ subjects }) =>
    listAt({ subjects }, 'subjects').map(subject => stringAt(subject, 'namespace')),
  )
  const others = [...new Set(bound)].filter(each => each !== undefined && each !== namespace)
  const agents = others.map(each => row(DEPLOYMENT, AGENT_NAME, each))
  return (await oursAmong(client, agents, signal))[0]?.metadata.namespace
}

/** @param namespace of what is in one. */
function row(resource: Resource, name: string, namespace?: string): KubeObject {
  const metadata = { name, ...(namespace !== undefined && { namespace }) }
  return { apiVersion: formatApiVersion(resource), kind: resource.kind, metadata }
}
