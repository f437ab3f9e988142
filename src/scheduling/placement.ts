import type { QuantityText } from '../object/quantity.ts'
import type { SelectorRequirement } from '../object/selector.ts'
import type { ClusterAffinity, MatchableCluster } from '../policy/cluster-affinity.ts'
import type { ResourceModel } from '../policy/resource-models.ts'
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
  /** Of a workload that has several: each with all of its replicas. */
  readonly components?: readonly { readonly name: string; readonly replicas: number }[]
}

/** What a pod asks of the node that it runs on. */
export interface NodeClaim {
  readonly nodeSelector?: Readonly<Record<string, string>>
  readonly hardNodeAffinity?: { readonly nodeSelectorTerms: readonly NodeSelectorTerm[] }
  readonly tolerations?: readonly Toleration[]
}

/** corev1.NodeSelectorTerm. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly SelectorRequirement[]
  readonly matchFields?: readonly SelectorRequirement[]
}

export interface ReplicaRequirements {
  readonly nodeClaim?: NodeClaim
  /** For the quotas that are about priority classes. */
  readonly priorityClassName?: string
  readonly resourceRequest?: Readonly<Record<string, QuantityText>>
}

/** A part of a workload that has several kinds of pods. */
export interface Component {
  readonly name: string
  readonly replicas: number
  readonly replicaRequirements?: ReplicaRequirements
}

/** Bindings of a namespace that belong together, or keep apart. */
export interface WorkloadAffinityGroups {
  readonly affinityGroup?: string
  readonly antiAffinityGroup?: string
}

export interface SchedulableSpec {
  readonly resource: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string
    readonly name?: string
    /** Of the template; its parity breaks ties between equal weights. */
    readonly uid?: string
  }
  readonly replicas?: number
  readonly replicaRequirements?: ReplicaRequirements
  readonly components?: readonly Component[]
  /** The previous result. */
  readonly clusters?: readonly TargetCluster[]
  readonly placement?: Placement
  readonly gracefulEvictionTasks?: readonly { readonly fromCluster: string }[]
  readonly rescheduleTriggeredAt?: string
  readonly schedulerName?: string
  readonly suspension?: { readonly scheduling?: boolean }
  readonly workloadAffinityGroups?: WorkloadAffinityGroups
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
  /** Nodes with free room of each grade of the cluster's resource models. */
  readonly allocatableModelings?: readonly { readonly grade: number; readonly count: number }[]
}

export interface SchedulableCluster extends MatchableCluster {
  readonly metadata: MatchableCluster['metadata'] & { readonly deletionTimestamp?: string }
  readonly spec?: NonNullable<MatchableCluster['spec']> & {
    readonly taints?: readonly Taint[]
    readonly resourceModels?: readonly ResourceModel[]
  }
  readonly status?: {
    readonly apiEnablements?: readonly {
      readonly groupVersion: string
      readonly resources?: readonly { readonly kind: string }[]
    }[]
    readonly resourceSummary?: ResourceSummary
  }
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

/**
 * Whether a workload of several components goes whole into one cluster, so that its components are counted. Otherwise it is
 * placed like an object without replicas.
 *
 * @source spec/behaviour/scheduling.md §9
 */
export function isPlacedWhole({ components = [], placement }: SchedulableSpec): boolean {
  return components.length > 0 && (placement?.spreadConstraints ?? []).some(isOneCluster)
}

function isOneCluster({ spreadByField, minGroups, maxGroups }: SpreadConstraint): boolean {
  return spreadByField === 'cluster' && minGroups === 1 && maxGroups === 1
}
