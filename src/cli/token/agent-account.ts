import {
  type AgentRoleRule,
  CLUSTER_NAMESPACE_RULES,
  CLUSTER_SCOPED_RULES,
  EXECUTION_RULES,
} from '../../api/generated/agent-rules.ts'
import { AGENT_HOST_SECRET, AGENT_NAME, CLUSTER_NAMESPACE, executionNamespace, LABEL } from '../../api/names.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject, ObjectMeta } from '../../object/kube-object.ts'

const LABELS = { [LABEL.system]: 'true' }
const RBAC = 'rbac.authorization.k8s.io'

/** Name of an agent's ServiceAccount on the host, in the namespace of Clusters' Secrets. */
export function agentAccountName(cluster: string): string {
  return `flotilla-agent-${cluster}`
}

/** Name of the Secret that a join token ends with, in the same namespace. */
export function joinSecretName(cluster: string): string {
  return `flotilla-join-${cluster}`
}

/**
 * Who an agent is on the host, and all that it may do there. It is made by whoever makes its token, an administrator, so
 * that neither agent nor operator needs a right to give rights; and it belongs to the Cluster: with that, the agent is
 * nobody.
 *
 * @param cluster as the host has it, with its UID.
 * @returns objects in the order in which they are made.
 */
export function agentAccount(cluster: Cluster): readonly KubeObject[] {
  const { name } = cluster.metadata
  const account = agentAccountName(name)
  const execution = executionNamespace(name)
  const metadata = metadataFor(cluster)
  const inClusters = metadata(account, CLUSTER_NAMESPACE)
  const inExecution = metadata('flotilla-agent', execution)
  const clusterWide = metadata(`flotilla:agent:${name}`)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: execution, labels: LABELS } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inClusters, automountServiceAccountToken: false },
    ...granted({ kind: 'Role', metadata: inExecution, rules: EXECUTION_RULES }, name),
    ...granted({ kind: 'Role', metadata: inClusters, rules: CLUSTER_NAMESPACE_RULES }, name),
    ...granted({ kind: 'ClusterRole', metadata: clusterWide, rules: CLUSTER_SCOPED_RULES }, name),
  ]
}

/** Metadata of what goes with the Cluster. */
export function metadataFor({ apiVersion, kind, metadata: { name: cluster, uid = '' } }: Cluster) {
  const ownerReferences = [{ apiVersion, kind, name: cluster, uid, blockOwnerDeletion: false }]
  return (name: string, namespace?: string): ObjectMeta => ({
    name,
    ...(namespace !== undefined && { namespace }),
    labels: LABELS,
    ownerReferences,
  })
}

interface Grant {
  readonly kind: 'Role' | 'ClusterRole'
  readonly metadata: ObjectMeta
  readonly rules: readonly AgentRoleRule[]
}

/** A role and who has it. */
function granted({ kind, metadata, rules }: Grant, cluster: string): readonly KubeObject[] {
  const subject = { kind: 'ServiceAccount', namespace: CLUSTER_NAMESPACE, name: agentAccountName(cluster) }
  return [
    { apiVersion: `${RBAC}/v1`, kind, metadata, rules: rules.map(rule => policyRule(rule, cluster)) },
    {
      apiVersion: `${RBAC}/v1`,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: RBAC, kind, name: metadata.name },
      subjects: [subject],
    },
  ]
}

export function policyRule({ group, resource, verbs, only }: AgentRoleRule, cluster: string): object {
  const names = {
    hostSecret: AGENT_HOST_SECRET,
    lease: AGENT_NAME,
    cluster,
    account: agentAccountName(cluster),
    joinSecret: joinSecretName(cluster),
  }
  return {
    apiGroups: [group],
    resources: [resource],
    verbs,
    ...(only !== undefined && { resourceNames: [names[only]] }),
  }
}
