import type { SchedulableBinding, SchedulableCluster, TargetCluster, WorkloadAffinityGroups } from './placement.ts'

/** Everything that scheduling depends on: the same input gives the same result, in any order of clusters. */
export interface ScheduleInput {
  /** `spec.clusters` and `status.schedulerObservingAffinityName` are the previous result. */
  readonly binding: Pick<SchedulableBinding, 'spec' | 'status'>
  readonly clusters: readonly SchedulableCluster[]
  /**
   * What estimators besides the general one answered: replicas that still fit, by cluster. A cluster that is not in a
   * map, or has -1, is not limited by it; an estimator that failed for one cluster must be left out altogether.
   */
  readonly estimates?: readonly ReadonlyMap<string, number>[]
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
