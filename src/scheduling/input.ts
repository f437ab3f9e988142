import type { ClusterEstimates } from './estimate/available.ts'
import type { SchedulableBinding, SchedulableCluster, TargetCluster, WorkloadAffinityGroups } from './placement.ts'

/** Everything that scheduling depends on: the same input gives the same result, in any order of clusters. */
export interface ScheduleInput {
  /** `spec.clusters` and `status.schedulerObservingAffinityName` are the previous result. */
  readonly binding: Pick<SchedulableBinding, 'spec' | 'status'>
  readonly clusters: readonly SchedulableCluster[]
  /**
   * What estimators besides the general one answer: replicas that still fit, by cluster. They are asked for feasible clusters
   * only. A cluster without an answer, or with -1, is not limited.
   */
  readonly estimates?: readonly ClusterEstimates[]
  /** Other bindings of the same namespace that are in a workload affinity group. Default none. */
  readonly peers?: readonly PeerBinding[]
  readonly options?: ScheduleOptions
}

/** What counts of another binding for who goes where: its groups and its targets. */
export interface PeerBinding {
  readonly groups: WorkloadAffinityGroups
  readonly clusters: readonly Pick<TargetCluster, 'name'>[]
}

export interface ScheduleOptions {
  /** `*` for all, a name to enable, `-name` to disable a filter, score or division; default `['*']`. */
  readonly plugins?: readonly string[]
  /** Workloads with zero replicas keep all selected clusters as targets. Default false. */
  readonly propagateEmptyWorkloads?: boolean
}
