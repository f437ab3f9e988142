import type { SchedulableBinding, SchedulableCluster } from './placement.ts'

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
  readonly options?: ScheduleOptions
}

export interface ScheduleOptions {
  /** `*` for all, a name to enable, `-name` to disable; default `['*']`. */
  readonly plugins?: readonly string[]
  /** Workloads with zero replicas keep all selected clusters as targets. Default false. */
  readonly propagateEmptyWorkloads?: boolean
}
