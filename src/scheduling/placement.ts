import type { QuantityText } from '../object/quantity.ts'
import type { ClusterAffinity, MatchableCluster } from '../policy/cluster-affinity.ts'
import type { Taint, Toleration } from '../policy/toleration.ts'

// What scheduling reads of policy.karmada.io and work.karmada.io objects, and no more. The generated API types fit.

export interface AffinityTerm extends ClusterAffinity {
  readonly affinityName: string
  /** Tried in order for the replicas that the term itself has no room for. */
  readonly overflowAffinities?: readonly (ClusterAffinity & { readonly affinityName?: string })[]
}

export interface SpreadConstraint {
  /** cluster, region, zone or provider. */
  readonly spreadByField?: string
  readonly spreadByLabel?: string
  readonly minGroups?: number
  readonly maxGroups?: number
}

export interface StaticWeight {
  readonly targetCluster: ClusterAffinity
  readonly weight: number
}

export interface ReplicaScheduling {
  /** Duplicated or Divided; the API defaults it to Divided. */
  readonly replicaSchedulingType?: string
  /** Aggregated or Weighted. */
  readonly replicaDivisionPreference?: string
  readonly weightPreference?: {
    readonly staticWeightList?: readonly StaticWeight[]
    /** AvailableReplicas. */
    readonly dynamicWeight?: string
  }
}

export interface Placement {
  readonly clusterAffinity?: ClusterAffinity
  readonly clusterAffinities?: readonly AffinityTerm[]
  readonly clusterTolerations?: readonly Toleration[]
  readonly spreadConstraints?: readonly SpreadConstraint[]
  /** Absent means Duplicated. */
  readonly replicaScheduling?: ReplicaScheduling
}

/** One entry of `spec.clusters`; no replicas for what has none. */
export interface TargetCluster {
  readonly name: string
  readonly replicas?: number
}

export interface ReplicaRequirements {
  readonly resourceRequest?: Readonly<Record<string, QuantityText>>
}

export interface SchedulableSpec {
  readonly resource: {
    readonly apiVersion: string
    readonly kind: string
    /** Of the template; its parity breaks ties between equal weights. */
    readonly uid?: string
  }
  readonly replicas?: number
  readonly replicaRequirements?: ReplicaRequirements
  readonly components?: readonly unknown[]
  /** The previous result. */
  readonly clusters?: readonly TargetCluster[]
  readonly placement?: Placement
  readonly gracefulEvictionTasks?: readonly { readonly fromCluster: string }[]
  readonly rescheduleTriggeredAt?: string
  readonly schedulerName?: string
  readonly suspension?: { readonly scheduling?: boolean }
}

export interface SchedulableStatus {
  readonly schedulerObservingAffinityName?: string
  readonly lastScheduledTime?: string
  readonly schedulerObservedGeneration?: number
}

/** A binding of either scope, or one that is about to be created. */
export interface SchedulableBinding {
  readonly metadata?: {
    readonly generation?: number
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly deletionTimestamp?: string
  }
  readonly spec: SchedulableSpec
  readonly status?: SchedulableStatus
}

export interface ResourceSummary {
  readonly allocatable?: Readonly<Record<string, QuantityText>>
  readonly allocating?: Readonly<Record<string, QuantityText>>
  readonly allocated?: Readonly<Record<string, QuantityText>>
}

export interface SchedulableCluster extends MatchableCluster {
  readonly metadata: MatchableCluster['metadata'] & { readonly deletionTimestamp?: string }
  readonly spec?: NonNullable<MatchableCluster['spec']> & { readonly taints?: readonly Taint[] }
  readonly status?: {
    readonly apiEnablements?: readonly {
      readonly groupVersion: string
      readonly resources?: readonly { readonly kind: string }[]
    }[]
    readonly resourceSummary?: ResourceSummary
  }
}

/** How the replicas of a workload are shared out. */
export type DivisionStrategy = 'Duplicated' | 'StaticWeight' | 'DynamicWeight' | 'Aggregated'

/**
 * The strategy that a placement asks for.
 *
 * @returns undefined for a type or preference that does not exist.
 * @source spec/behaviour/scheduling.md §8.2
 */
export function divisionStrategy(placement: Placement): DivisionStrategy | undefined {
  if (isDuplicated(placement)) return 'Duplicated'
  const { replicaDivisionPreference, weightPreference } = placement.replicaScheduling ?? {}
  if (replicaDivisionPreference === 'Aggregated') return 'Aggregated'
  if (replicaDivisionPreference !== 'Weighted') return undefined
  return weightPreference?.dynamicWeight ? 'DynamicWeight' : 'StaticWeight'
}

/** Whether every target gets all replicas: also when replicaScheduling is absent. */
export function isDuplicated({ replicaScheduling }: Placement): boolean {
  return replicaScheduling === undefined || replicaScheduling.replicaSchedulingType === 'Duplicated'
}

/** Whether the bound object has replicas, requirements or components at all. @source scheduling.md §3 item 4 */
export function isWorkload(spec: SchedulableSpec): boolean {
  return (spec.replicas ?? 0) > 0 || spec.replicaRequirements !== undefined || (spec.components ?? []).length > 0
}

/** Whether somebody asked for scheduling afresh since the last time. @source scheduling.md §3 item 3 */
export function isRescheduleTriggered({ spec, status }: Pick<SchedulableBinding, 'spec' | 'status'>): boolean {
  const { rescheduleTriggeredAt } = spec
  const { lastScheduledTime } = status ?? {}
  if (!rescheduleTriggeredAt || !lastScheduledTime) return false
  return Date.parse(rescheduleTriggeredAt) > Date.parse(lastScheduledTime)
}
