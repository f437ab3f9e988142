import type { Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const

const CLUSTER_ROLE: Resource = { ...RBAC, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false }
const CLUSTER_ROLE_BINDING: Resource = {
  ...RBAC,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
}
const ROLE_BINDING: Resource = { ...RBAC, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true }

/** A rule of RBAC, as in a Role. */
export interface RightsRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/**
 * Grants rights to a ServiceAccount of the namespace `default`.
 *
 * @param namespace where they hold; '' for everywhere.
 */
export async function grant(
  client: Client,
  to: { readonly serviceAccount: string; readonly namespace: string },
  rules: readonly RightsRule[],
): Promise<void> {
  const apiVersion = `${RBAC.group}/${RBAC.version}`
  const name = `${to.serviceAccount}-${to.namespace === '' ? 'everywhere' : to.namespace}`
  const isGlobal = to.namespace === ''
  const binding = isGlobal ? CLUSTER_ROLE_BINDING : ROLE_BINDING
  await client.create(CLUSTER_ROLE, { apiVersion, kind: CLUSTER_ROLE.kind, metadata: { name }, rules })
  await client.create(binding, {
    apiVersion,
    kind: binding.kind,
    metadata: { name, ...(isGlobal ? {} : { namespace: to.namespace }) },
    roleRef: { apiGroup: RBAC.group, kind: CLUSTER_ROLE.kind, name },
    subjects: [{ kind: 'ServiceAccount', name: to.serviceAccount, namespace: 'default' }],
  })
}
