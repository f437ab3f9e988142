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
import { AGENT_HOST_SECRET, AGENT_NAME } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { ourRoleBindings, oursAmong } from '../join/leftovers.ts'
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
  const row = (resource: Resource, name: string): KubeObject => ({
    apiVersion: formatApiVersion(resource),
    kind: resource.kind,
    metadata: { name, ...(resource.namespaced && { namespace }) },
  })
  const candidates = [
    row(DEPLOYMENT, AGENT_NAME),
    row(CONFIG_MAP, AGENT_NAME),
    row(SECRET, AGENT_HOST_SECRET),
    ...(await ourRoleBindings(client, WRITER, signal)),
    row(ROLE_BINDING, AGENT_NAME),
    row(ROLE, AGENT_NAME),
    row(CLUSTER_ROLE_BINDING, ADMIN_BINDING),
    row(CLUSTER_ROLE_BINDING, AGENT_NAME),
    row(CLUSTER_ROLE, AGENT_NAME),
    row(CLUSTER_ROLE, WRITER),
    row(SERVICE_ACCOUNT, AGENT_NAME),
  ]
  return oursAmong(client, candidates, signal)
}
