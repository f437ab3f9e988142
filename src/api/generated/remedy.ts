// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.

/**
 * Which clusters need which actions, and when.
 */
export interface RemedySpec {
  /**
   * The clusters that it is for. Absent means all.
   */
  readonly clusterAffinity?: RemedyAffinity
  /**
   * When the actions are needed, one of these is enough. Absent means always.
   */
  readonly decisionMatches?: readonly DecisionMatch[]
  /**
   * What is to be done, such as TrafficControl. Other programs act on it.
   */
  readonly actions?: readonly string[]
}

export interface RemedyAffinity {
  /**
   * Names of the clusters. Empty means none.
   */
  readonly clusterNames?: readonly string[]
}

export interface DecisionMatch {
  /**
   * Compares the status of a condition of the Cluster.
   */
  readonly clusterConditionMatch?: ClusterConditionMatch
}

export interface ClusterConditionMatch {
  /**
   * Type of the condition, such as ServiceDomainNameResolutionReady. One that the Cluster does not have matches nothing.
   */
  readonly conditionType: string
  /**
   * Equal: the condition has this status. NotEqual: it has another one.
   */
  readonly operator: 'Equal' | 'NotEqual'
  /**
   * The status that it is compared with: True, False or Unknown.
   */
  readonly conditionStatus: string
}
