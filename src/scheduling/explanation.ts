import type { Rejection } from './filter.ts'

/** Why each cluster was chosen or not, of the cycle that decided. */
export interface Explanation {
  readonly affinityName?: string
  /** How replicas were shared out, in words and numbers; absent when there were none to share. */
  readonly division?: string
  readonly clusters: readonly ClusterVerdict[]
}

export interface ClusterVerdict {
  readonly name: string
  /** Every filter that the cluster failed. Empty: feasible. */
  readonly rejections: readonly Rejection[]
  /** Sum over the score plugins; of feasible clusters. */
  readonly score?: number
  /** Replicas that fit, those that run there included; only when capacity mattered. */
  readonly available?: number
  readonly weight?: number
  /** Replicas given; 0 for a target without replicas. Absent: not a target. */
  readonly replicas?: number
  /** Why a feasible cluster is no target. */
  readonly note?: string
}
