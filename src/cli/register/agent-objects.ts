import { stringify } from 'yaml'
import { type AgentRoleRule, HOME_RULES } from '../../api/generated/agent-rules.ts'
import { AGENT_HOST_SECRET, AGENT_NAME, ANNOTATION, CLUSTER_NAMESPACE, LABEL } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { memberRules, type Permissions, type PolicyRule } from '../join/permissions.ts'
import { agentAccountName } from '../token/agent-account.ts'
import { agentDeployment } from './agent-deployment.ts'

/** What an agent is to be in its member. */
export interface AgentWish {
  /** Name of the Cluster. */
  readonly cluster: string
  /** Of the agent, in the member. */
  readonly namespace: string
  readonly image: string
  readonly permissions: Permissions
  /** Kinds besides the default ones. */
  readonly propagate: readonly string[]
  /** For `namespaced`: where it may write. */
  readonly namespaces: readonly string[]
}

/** The way to the host, and the token that the agent renews from then on. */
export interface HostCredentials {
  readonly server: string
  /** '': authorities that the image trusts. */
  readonly caPem: string
  readonly token: string
  readonly lifetimeMs: number
  /** RFC 3339. */
  readonly expires: string
}

/** Of the ClusterRole for the namespaces that were named, and of the RoleBindings there. */
export const WRITER = `${AGENT_NAME}-write`
/** It has a name of its own: what a binding points at cannot change, and the one is to hold until the other does. */
export const ADMIN_BINDING = `${AGENT_NAME}-admin`

const LABELS = { [LABEL.system]: 'true', 'app.kubernetes.io/name': AGENT_NAME }
const RBAC = 'rbac.authorization.k8s.io'

/**
 * What `flotilla register` makes in a member, in this order.
 *
 * @throws CommandError for kinds that are no names.
 */
export function agentObjects(wish: AgentWish, credentials: HostCredentials): readonly KubeObject[] {
  const metadata = { name: AGENT_NAME, namespace: wish.namespace, labels: LABELS }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: wish.namespace, labels: { [LABEL.system]: 'true' } } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    ...rights(wish),
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: HOME_RULES.map(homeRule) },
    binding(wish, { kind: 'RoleBinding', role: AGENT_NAME, roleKind: 'Role', in: wish.namespace }),
    hostSecret(wish, credentials),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'config.yaml': stringify(configurationOf(wish)) } },
    agentDeployment({ metadata, image: wish.image }),
  ]
}

/** The settings of the agent. */
export function configurationOf({ cluster, namespace }: Pick<AgentWish, 'cluster' | 'namespace'>): object {
  return {
    mode: 'agent',
    namespace,
    agent: { clusterName: cluster, hostSecret: AGENT_HOST_SECRET },
    leaderElection: { leaseName: AGENT_NAME },
  }
}

/** A rule of its own namespace, as a Role has it. */
export function homeRule({ group, resource, verbs, only }: AgentRoleRule): PolicyRule {
  const names = only === 'hostSecret' ? [AGENT_HOST_SECRET] : only === 'lease' ? [AGENT_NAME] : undefined
  return { apiGroups: [group], resources: [resource], verbs, ...(names && { resourceNames: names }) }
}

/** What is granted in single namespaces first: what is granted everywhere may be about to become less. */
function rights(wish: AgentWish): readonly KubeObject[] {
  const rules = memberRules(wish.permissions, wish.propagate)
  const everywhere = { kind: 'ClusterRoleBinding', roleKind: 'ClusterRole' } as const
  if (rules === undefined) return [binding(wish, { ...everywhere, role: 'cluster-admin', name: ADMIN_BINDING })]
  const roles = [clusterRole(AGENT_NAME, rules.everywhere), binding(wish, { ...everywhere, role: AGENT_NAME })]
  if (rules.inNamespaces === undefined) return roles
  return [
    clusterRole(WRITER, rules.inNamespaces),
    ...wish.namespaces.map(each =>
      binding(wish, { kind: 'RoleBinding', role: WRITER, roleKind: 'ClusterRole', in: each, name: WRITER }),
    ),
    ...roles,
  ]
}

function clusterRole(name: string, rules: readonly PolicyRule[]): KubeObject {
  return { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name, labels: LABELS }, rules }
}

interface Bound {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding'
  readonly role: string
  readonly roleKind: 'Role' | 'ClusterRole'
  readonly in?: string
  readonly name?: string
}

function binding({ namespace }: AgentWish, bound: Bound): KubeObject {
  const { kind, role, roleKind, in: where, name = AGENT_NAME } = bound
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name, ...(where !== undefined && { namespace: where }), labels: LABELS },
    roleRef: { apiGroup: RBAC, kind: roleKind, name: role },
    subjects: [{ kind: 'ServiceAccount', namespace, name: AGENT_NAME }],
  }
}

function hostSecret({ cluster, namespace }: AgentWish, credentials: HostCredentials): KubeObject {
  const { server, caPem, token, lifetimeMs, expires } = credentials
  const annotations = {
    [ANNOTATION.tokenServiceAccount]: `${CLUSTER_NAMESPACE}/${agentAccountName(cluster)}`,
    [ANNOTATION.tokenLifetime]: String(Math.round(lifetimeMs / 1000)),
    [ANNOTATION.tokenExpires]: expires,
  }
  const data = { server, token, ...(caPem !== '' && { caBundle: caPem }) }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name: AGENT_HOST_SECRET, namespace, labels: LABELS, annotations },
    data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  }
}
