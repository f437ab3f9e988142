/** A served resource: what a client needs to build a path (`plural`) and a decoder to name a kind. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
  readonly kind: string
  readonly namespaced: boolean
}

/** A kind of ours that exists in a namespaced and a cluster-wide form. One code path serves both: rows, not copies. */
export interface BindingKind extends Resource {
  readonly kind: 'ResourceBinding' | 'ClusterResourceBinding'
  readonly permanentIdLabel: string
  readonly finalizer: string
  readonly nameAnnotation: string
  /** Absent for the cluster-wide kind, which has no namespace to name. */
  readonly namespaceAnnotation?: string
}

/** The two policy kinds, with what each leaves on a claimed object (spec/behaviour/propagation.md §3). */
export interface PolicyKind extends Resource {
  readonly kind: 'PropagationPolicy' | 'ClusterPropagationPolicy'
  readonly permanentIdLabel: string
  readonly finalizer: string
  readonly nameAnnotation: string
  readonly namespaceAnnotation?: string
}

const POLICY = { group: 'policy.karmada.io', version: 'v1alpha1' } as const
const WORK_V2 = { group: 'work.karmada.io', version: 'v1alpha2' } as const

export const RESOURCE_BINDING: BindingKind = {
  ...WORK_V2,
  kind: 'ResourceBinding',
  plural: 'resourcebindings',
  namespaced: true,
  permanentIdLabel: 'resourcebinding.karmada.io/permanent-id',
  finalizer: 'karmada.io/binding-controller',
  namespaceAnnotation: 'resourcebinding.karmada.io/namespace',
  nameAnnotation: 'resourcebinding.karmada.io/name',
}

export const CLUSTER_RESOURCE_BINDING: BindingKind = {
  ...WORK_V2,
  kind: 'ClusterResourceBinding',
  plural: 'clusterresourcebindings',
  namespaced: false,
  permanentIdLabel: 'clusterresourcebinding.karmada.io/permanent-id',
  finalizer: 'karmada.io/cluster-resource-binding-controller',
  nameAnnotation: 'clusterresourcebinding.karmada.io/name',
}

export const BINDING_KINDS = [RESOURCE_BINDING, CLUSTER_RESOURCE_BINDING] as const

export const PROPAGATION_POLICY: PolicyKind = {
  ...POLICY,
  kind: 'PropagationPolicy',
  plural: 'propagationpolicies',
  namespaced: true,
  permanentIdLabel: 'propagationpolicy.karmada.io/permanent-id',
  finalizer: 'karmada.io/propagation-policy-controller',
  namespaceAnnotation: 'propagationpolicy.karmada.io/namespace',
  nameAnnotation: 'propagationpolicy.karmada.io/name',
}

export const CLUSTER_PROPAGATION_POLICY: PolicyKind = {
  ...POLICY,
  kind: 'ClusterPropagationPolicy',
  plural: 'clusterpropagationpolicies',
  namespaced: false,
  permanentIdLabel: 'clusterpropagationpolicy.karmada.io/permanent-id',
  finalizer: 'karmada.io/cluster-propagation-policy-controller',
  nameAnnotation: 'clusterpropagationpolicy.karmada.io/name',
}

export const POLICY_KINDS = [PROPAGATION_POLICY, CLUSTER_PROPAGATION_POLICY] as const

export const OVERRIDE_POLICY: Resource = {
  ...POLICY,
  kind: 'OverridePolicy',
  plural: 'overridepolicies',
  namespaced: true,
}

export const CLUSTER_OVERRIDE_POLICY: Resource = {
  ...POLICY,
  kind: 'ClusterOverridePolicy',
  plural: 'clusteroverridepolicies',
  namespaced: false,
}

export const OVERRIDE_KINDS = [OVERRIDE_POLICY, CLUSTER_OVERRIDE_POLICY] as const

export const WORK: Resource = {
  group: 'work.karmada.io',
  version: 'v1alpha1',
  kind: 'Work',
  plural: 'works',
  namespaced: true,
}

export const CLUSTER: Resource = {
  group: 'cluster.karmada.io',
  version: 'v1alpha1',
  kind: 'Cluster',
  plural: 'clusters',
  namespaced: false,
}

export const CLUSTER_TAINT_POLICY: Resource = {
  ...POLICY,
  kind: 'ClusterTaintPolicy',
  plural: 'clustertaintpolicies',
  namespaced: false,
}

export const REMEDY: Resource = {
  group: 'remedy.karmada.io',
  version: 'v1alpha1',
  kind: 'Remedy',
  plural: 'remedies',
  namespaced: false,
}

export const WORKLOAD_REBALANCER: Resource = {
  group: 'apps.karmada.io',
  version: 'v1alpha1',
  kind: 'WorkloadRebalancer',
  plural: 'workloadrebalancers',
  namespaced: false,
}

export const RESOURCE_INTERPRETER_CUSTOMIZATION: Resource = {
  group: 'config.karmada.io',
  version: 'v1alpha1',
  kind: 'ResourceInterpreterCustomization',
  plural: 'resourceinterpretercustomizations',
  namespaced: false,
}

export const RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION: Resource = {
  group: 'config.karmada.io',
  version: 'v1alpha1',
  kind: 'ResourceInterpreterWebhookConfiguration',
  plural: 'resourceinterpreterwebhookconfigurations',
  namespaced: false,
}

export const CUSTOM_RESOURCE_DEFINITION: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

export const NAMESPACE: Resource = {
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
}

export const SECRET: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true }

export const SERVICE_ACCOUNT: Resource = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
}

const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const

export const CLUSTER_ROLE: Resource = { ...RBAC, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false }

export const CLUSTER_ROLE_BINDING: Resource = {
  ...RBAC,
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
}

export const ROLE: Resource = { ...RBAC, kind: 'Role', plural: 'roles', namespaced: true }

export const ROLE_BINDING: Resource = { ...RBAC, kind: 'RoleBinding', plural: 'rolebindings', namespaced: true }

export const CONFIG_MAP: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
}

export const REPLICA_SET: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  namespaced: true,
}

export const DEPLOYMENT: Resource = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
}

export const JOB: Resource = { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs', namespaced: true }

export const EVENT: Resource = {
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  namespaced: true,
}

export const LEASE: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
}

export const NODE: Resource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false }

export const PRIORITY_CLASS: Resource = {
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  namespaced: false,
}

export const RESOURCE_QUOTA: Resource = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  namespaced: true,
}

export const POD: Resource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }

/** @returns `group/version/plural`: the identity of a resource in maps and metric labels. */
export function formatResource(resource: Resource): string {
  return `${resource.group}/${resource.version}/${resource.plural}`
}
