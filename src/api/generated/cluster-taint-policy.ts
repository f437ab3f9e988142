// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.
import type { ClusterAffinity } from './propagation-policy.ts'

/**
 * Which clusters get which taints, and when.
 */
export interface ClusterTaintPolicySpec {
  /**
   * The clusters that the policy is for. Absent means all.
   */
  readonly targetClusters?: ClusterAffinity
  /**
   * The taints are added when all of these hold. Empty means that they are never added.
   */
  readonly addOnConditions?: readonly MatchCondition[]
  /**
   * The taints are removed when all of these hold. Empty means that they are never removed.
   */
  readonly removeOnConditions?: readonly MatchCondition[]
  /**
   * The taints. One that the Cluster has already, with the same key and effect, is left as it is.
   */
  readonly taints: readonly PolicyTaint[]
}

export interface MatchCondition {
  /**
   * Type of the condition in the status of the Cluster, such as Ready. One that the Cluster does not have matches nothing.
   */
  readonly conditionType: string
  /**
   * In: the status of the condition is one of statusValues. NotIn: it is none of them.
   */
  readonly operator: 'In' | 'NotIn'
  /**
   * The statuses that are compared: True, False, Unknown.
   */
  readonly statusValues: readonly string[]
}

export interface PolicyTaint {
  /**
   * Key of the taint: a valid label key.
   */
  readonly key: string
  /**
   * Value of the taint: a valid label value.
   */
  readonly value?: string
  /**
   * NoSchedule keeps new workloads away, NoExecute also moves those that are there.
   */
  readonly effect: 'NoSchedule' | 'NoExecute'
}
