import { LABEL } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { memberRules, type Permissions, type PolicyRule } from './permissions.ts'

/** What a member is to let the host do, and where what says so stands. */
export interface MemberWish {
  /** Name of the Cluster. */
  readonly name: string
  /** In the member, of the ServiceAccount. */
  readonly namespace: string
  readonly permissions: Permissions
  /** Kinds besides the default ones. */
  readonly propagate: readonly string[]
  /** For `namespaced`: where it may write. */
  readonly namespaces: readonly string[]
  /** A token that never expires instead of one that is renewed. */
  readonly tokenSecret: boolean
  /** UID of the host's kube-system: whose ServiceAccount it is. */
  readonly hostId: string
}

/** On the ServiceAccount in a member: the UID of the host's kube-system namespace. */
export const HOST_ANNOTATION = 'flotilla.dev/host'

const LABELS = { [LABEL.system]: 'true' }
const RBAC = 'rbac.authorization.k8s.io'
const RBAC_VERSION = `${RBAC}/v1`

/** Name of the ServiceAccount in the member, and of the roles for it. */
export function accountName(cluster: string): string {
  return `flotilla-${cluster}`
}

/** @returns the namespace of the ServiceAccount: also of what is left of it when the member leaves. */
export function memberNamespace(namespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: LABELS } }
}

/**
 * What is made in a member that joins, in this order.
 *
 * @throws CommandError for kinds that are no names.
 * @source spec/behaviour/clusters.md §1.1: label and namespace; the rights are fewer
 */
export function memberObjects(wish: MemberWish): readonly KubeObject[] {
  const name = accountName(wish.name)
  const { namespace } = wish
  return [
    memberNamespace(namespace),
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels: LABELS, annotations: { [HOST_ANNOTATION]: wish.hostId } },
    },
    ...rights(wish),
    ...(wish.tokenSecret ? [tokenSecret(name, namespace)] : renewal(name, namespace)),
  ]
}

function rights({ name: cluster, namespace, permissions, propagate, namespaces }: MemberWish): readonly KubeObject[] {
  const name = accountName(cluster)
  const rules = memberRules(permissions, propagate)
  const everywhere = bindingOf('ClusterRoleBinding', {
    name,
    role: rules ? name : 'cluster-admin',
    account: { name, namespace },
  })
  if (rules === undefined) return [everywhere]
  const roles = [clusterRole(name, rules.everywhere), everywhere]
  if (rules.inNamespaces === undefined) return roles
  const writer = `${name}-write`
  return [
    // Before the wider role of an earlier join is narrowed: the host writes there meanwhile.
    clusterRole(writer, rules.inNamespaces),
    ...namespaces.map(each =>
      bindingOf('RoleBinding', { name, role: writer, account: { name, namespace }, namespace: each }),
    ),
    ...roles,
  ]
}

/** The operator renews the token with the token itself. */
function renewal(name: string, namespace: string): readonly KubeObject[] {
  const own = `${name}-token`
  const rule = { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [name], verbs: ['create'] }
  return [
    {
      apiVersion: RBAC_VERSION,
      kind: 'Role',
      metadata: { name: own, namespace, labels: LABELS },
      rules: [rule],
    },
    bindingOf('RoleBinding', { name: own, role: own, account: { name, namespace }, namespace, kind: 'Role' }),
  ]
}

function tokenSecret(name: string, namespace: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: LABELS, annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  }
}

function clusterRole(name: string, rules: readonly PolicyRule[]): KubeObject {
  return { apiVersion: RBAC_VERSION, kind: 'ClusterRole', metadata: { name, labels: LABELS }, rules }
}

interface Bound {
  readonly name: string
  readonly role: string
  readonly account: { readonly name: string; readonly namespace: string }
  readonly namespace?: string
  readonly kind?: 'Role' | 'ClusterRole'
}

function bindingOf(
  type: 'ClusterRoleBinding' | 'RoleBinding',
  { name, role, account, namespace, kind = 'ClusterRole' }: Bound,
): KubeObject {
  return {
    apiVersion: RBAC_VERSION,
    kind: type,
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: LABELS },
    roleRef: { apiGroup: RBAC, kind, name: role },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  }
}
