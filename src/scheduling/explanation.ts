import type { Rejection } from './filter.ts'

/** Why each cluster was chosen or not, of the cycle that decided. */
export interface Explanation {
  readonly affinityName?: string
  /** The filters that were asked about every cluster, in their order: one that is not among a cluster's rejections let it pass. */
  readonly filters: readonly string[]
  /** How spread constraints chose, in words and numbers; absent without any. */
  readonly selection?: string
  /** How replicas were shared out, in words and numbers; absent when there were none to share. */
  readonly division?: string
  /** By name; clusters under deletion are not looked at. */
  readonly clusters: readonly ClusterVerdict[]
}

export interface ClusterVerdict {
  readonly name: string
  /** Every filter that the cluster failed. Empty: feasible. */
  readonly rejections: readonly Rejection[]
  /** Sum of `scores`; of feasible clusters. */
  readonly score?: number
  /** By score plugin. */
  readonly scores?: Readonly<Record<string, number>>
  /** 1 for an overflow affinity, and so on; absent for the affinity itself. */
  readonly tier?: number
  /** Replicas that fit, those that run there included; absent when there is nothing that needs room. */
  readonly available?: number
  /** What the division weighed the cluster by. */
  readonly weight?: number
  /** Replicas of the previous result that stayed, in `replicas`; absent when nothing was kept. */
  readonly kept?: number
  /** Replicas given; 0 for a target without replicas. Absent: not a target. */
  readonly replicas?: number
  /** Why a feasible cluster is no target. */
  readonly note?: string
}
