import type { ClusterSpec, ClusterStatus } from '../api/generated/cluster.ts'
import type { ClusterTaintPolicySpec } from '../api/generated/cluster-taint-policy.ts'
import type { OverridePolicySpec } from '../api/generated/override-policy.ts'
import type { PropagationPolicySpec } from '../api/generated/propagation-policy.ts'
import type { RemedySpec } from '../api/generated/remedy.ts'
import type { ResourceBindingSpec, ResourceBindingStatus } from '../api/generated/resource-binding.ts'
import type { ResourceInterpreterCustomizationSpec } from '../api/generated/resource-interpreter-customization.ts'
import type { InterpreterWebhook } from '../api/generated/resource-interpreter-webhook-configuration.ts'
import type { WorkSpec, WorkStatus } from '../api/generated/work.ts'
import type { WorkloadRebalancerSpec, WorkloadRebalancerStatus } from '../api/generated/workload-rebalancer.ts'
import type { KubeObject, TypedObject } from './kube-object.ts'

/** A PropagationPolicy or ClusterPropagationPolicy: the two differ only in scope. */
export type Policy = TypedObject<PropagationPolicySpec>

/** An OverridePolicy or ClusterOverridePolicy. */
export type OverridePolicy = TypedObject<OverridePolicySpec>

/** A binding of either scope. */
export type Binding = TypedObject<ResourceBindingSpec, ResourceBindingStatus>

/** The manifests for one member, in the member's execution namespace. */
export type Work = TypedObject<WorkSpec, WorkStatus>

/** A member cluster. */
export type Cluster = TypedObject<ClusterSpec, ClusterStatus>

/** Taints clusters by their conditions. */
export type ClusterTaintPolicy = TypedObject<ClusterTaintPolicySpec>

/** Names what is to be done about clusters with certain conditions. */
export type Remedy = TypedObject<RemedySpec>

/** A request to place workloads afresh. */
export type WorkloadRebalancer = TypedObject<WorkloadRebalancerSpec, WorkloadRebalancerStatus>

/** Scripts that teach the operator a kind. */
export type ResourceInterpreterCustomization = TypedObject<ResourceInterpreterCustomizationSpec>

/** Servers that teach the operator kinds. */
export interface ResourceInterpreterWebhookConfiguration extends KubeObject {
  readonly webhooks: readonly InterpreterWebhook[]
}
