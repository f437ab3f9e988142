// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.
import type { Condition } from './resource-binding.ts'

/**
 * The manifests for one cluster. The namespace of the Work, karmada-es-NAME, says which.
 */
export interface WorkSpec {
  /**
   * What is applied to the cluster.
   */
  readonly workload?: WorkloadTemplate
  /**
   * True stops changes from being sent. What is already in the cluster stays as it is.
   */
  readonly suspendDispatching?: boolean
  /**
   * Leaves the objects in the cluster when the Work is deleted.
   */
  readonly preserveResourcesOnDeletion?: boolean
}

export interface WorkloadTemplate {
  /**
   * Complete objects.
   */
  readonly manifests?: readonly Readonly<Record<string, unknown>>[]
}

/**
 * What became of the manifests. Written by the operator.
 */
export interface WorkStatus {
  /**
   * Applied says whether the manifests are in the cluster.
   */
  readonly conditions?: readonly Condition[]
  /**
   * The state of each manifest in the cluster.
   */
  readonly manifestStatuses?: readonly ManifestStatus[]
}

export interface ManifestStatus {
  /**
   * Which manifest this is.
   */
  readonly identifier: ResourceIdentifier
  /**
   * The status in the cluster, as the interpreter of the kind reflects it.
   */
  readonly status?: Readonly<Record<string, unknown>>
  /**
   * Whether the object is healthy.
   */
  readonly health?: 'Healthy' | 'Unhealthy' | 'Unknown'
}

export interface ResourceIdentifier {
  /**
   * Position in spec.workload.manifests, from 0.
   */
  readonly ordinal: number
  /**
   * API group. Empty for the core group.
   */
  readonly group?: string
  /**
   * Version of the API, without the group.
   */
  readonly version: string
  /**
   * Kind of the object.
   */
  readonly kind: string
  /**
   * Plural name of the resource.
   */
  readonly resource: string
  /**
   * Namespace in the cluster. Empty for cluster-wide objects.
   */
  readonly namespace?: string
  /**
   * Name in the cluster.
   */
  readonly name: string
}
