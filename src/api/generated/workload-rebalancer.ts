// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.

/**
 * Which workloads are placed afresh.
 */
export interface WorkloadRebalancerSpec {
  /**
   * The workloads, each a template that a policy has placed. What they run where does not count for the new decision.
   */
  readonly workloads: readonly WorkloadReference[]
  /**
   * How long this object stays after it has finished, in seconds. 0 deletes it at once. Absent means that it stays.
   */
  readonly ttlSecondsAfterFinished?: number
}

export interface WorkloadReference {
  /**
   * Group and version of the template, such as apps/v1.
   */
  readonly apiVersion: string
  /**
   * Kind of the template, such as Deployment.
   */
  readonly kind: string
  /**
   * Namespace of the template. Absent for a cluster-wide one.
   */
  readonly namespace?: string
  /**
   * Name of the template.
   */
  readonly name: string
}

/**
 * What became of it. Written by the operator.
 */
export interface WorkloadRebalancerStatus {
  /**
   * The outcome for each workload.
   */
  readonly observedWorkloads?: readonly ObservedWorkload[]
  /**
   * The generation that this status is about.
   */
  readonly observedGeneration?: number
  /**
   * When nothing was left to do.
   */
  readonly finishTime?: string
}

export interface ObservedWorkload {
  /**
   * The workload.
   */
  readonly workload: WorkloadReference
  /**
   * Successful once its binding was told, Failed when there is nothing to tell. Absent while it is tried again.
   */
  readonly result?: string
  /**
   * Why it failed. ReferencedBindingNotFound means that no policy has placed it.
   */
  readonly reason?: string
}
