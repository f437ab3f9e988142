// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.
import type { DispatchingOnClusters, Failover, Placement, Toleration } from './propagation-policy.ts'

/**
 * A resource, the clusters it goes to, and how it is kept there. Written by the operator.
 */
export interface ResourceBindingSpec {
  /**
   * The resource that is propagated.
   */
  readonly resource: ObjectReference
  /**
   * Also propagates what the workload refers to, to the same clusters.
   */
  readonly propagateDeps?: boolean
  /**
   * What one replica needs. Absent for resources without pods.
   */
  readonly replicaRequirements?: ReplicaRequirements
  /**
   * Replicas that the template asks for.
   */
  readonly replicas?: number
  /**
   * The kinds of pods of a workload that has several, with what each needs.
   */
  readonly components?: readonly Component[]
  /**
   * The clusters that the scheduler chose, with the replicas of each.
   */
  readonly clusters?: readonly TargetCluster[]
  /**
   * Clusters that the workload is leaving. Each keeps its copy until the replacement is healthy.
   */
  readonly gracefulEvictionTasks?: readonly GracefulEvictionTask[]
  /**
   * Bindings whose workload depends on this resource; it goes to their clusters too.
   */
  readonly requiredBy?: readonly BindingSnapshot[]
  /**
   * The scheduler that chooses the clusters.
   */
  readonly schedulerName?: string
  /**
   * Which clusters get the workload and how its replicas are divided among them. Absent means all clusters.
   */
  readonly placement?: Placement
  /**
   * What happens to the workload when it or its cluster becomes unhealthy. Absent means that it stays where it is.
   */
  readonly failover?: Failover
  /**
   * What happens when the resource already exists in a member and is not ours: Abort leaves it alone and reports it, Overwrite takes it over.
   */
  readonly conflictResolution?: 'Abort' | 'Overwrite'
  /**
   * Schedule again, from scratch, when this is later than the last scheduling.
   */
  readonly rescheduleTriggeredAt?: string
  /**
   * Holds back scheduling or propagation for a while.
   */
  readonly suspension?: BindingSuspension
  /**
   * Leaves the resource in the members when it is deleted on the host.
   */
  readonly preserveResourcesOnDeletion?: boolean
  /**
   * How urgent it is to schedule this binding.
   */
  readonly schedulePriority?: BindingSchedulePriority
  /**
   * The groups this workload belongs to, by workload affinity of its policy.
   */
  readonly workloadAffinityGroups?: WorkloadAffinityGroups
}

export interface ObjectReference {
  /**
   * API group and version of the resource.
   */
  readonly apiVersion: string
  /**
   * Kind of the resource.
   */
  readonly kind: string
  /**
   * Namespace of the resource. Empty for cluster-wide resources.
   */
  readonly namespace?: string
  /**
   * Name of the resource.
   */
  readonly name: string
  /**
   * UID of the resource.
   */
  readonly uid?: string
  /**
   * The resourceVersion of the template that this binding was built from.
   */
  readonly resourceVersion?: string
}

export interface ReplicaRequirements {
  /**
   * On which nodes a replica can run.
   */
  readonly nodeClaim?: NodeClaim
  /**
   * Resources that one replica requests.
   */
  readonly resourceRequest?: Readonly<Record<string, string | number>>
  /**
   * Namespace of the resource, for quota.
   */
  readonly namespace?: string
  /**
   * Priority class of the pods.
   */
  readonly priorityClassName?: string
}

export interface NodeClaim {
  /**
   * Required node affinity of the pod.
   */
  readonly hardNodeAffinity?: NodeSelector
  /**
   * Labels that the node must carry.
   */
  readonly nodeSelector?: Readonly<Record<string, string>>
  /**
   * Node taints that the pod tolerates.
   */
  readonly tolerations?: readonly Toleration[]
}

export interface NodeSelector {
  /**
   * A node must match one of these terms.
   */
  readonly nodeSelectorTerms: readonly NodeSelectorTerm[]
}

export interface NodeSelectorTerm {
  /**
   * Requirements on the labels of the node; all must hold.
   */
  readonly matchExpressions?: readonly NodeSelectorRequirement[]
  /**
   * Requirements on fields of the node; all must hold.
   */
  readonly matchFields?: readonly NodeSelectorRequirement[]
}

export interface NodeSelectorRequirement {
  /**
   * The label or field of the node.
   */
  readonly key: string
  /**
   * In, NotIn, Exists, DoesNotExist, Gt or Lt.
   */
  readonly operator: string
  /**
   * The values that are compared. Empty for Exists and DoesNotExist, one number for Gt and Lt.
   */
  readonly values?: readonly string[]
}

export interface Component {
  /**
   * Name of the component, unique in the list.
   */
  readonly name: string
  /**
   * Replicas that the component asks for.
   */
  readonly replicas: number
  /**
   * What one replica of the component needs.
   */
  readonly replicaRequirements?: ComponentReplicaRequirements
}

export interface ComponentReplicaRequirements {
  /**
   * On which nodes a replica can run.
   */
  readonly nodeClaim?: NodeClaim
  /**
   * Resources that one replica requests.
   */
  readonly resourceRequest?: Readonly<Record<string, string | number>>
  /**
   * Priority class of the pods.
   */
  readonly priorityClassName?: string
}

export interface TargetCluster {
  /**
   * Name of the cluster.
   */
  readonly name: string
  /**
   * Replicas for this cluster. Meaningless for resources without replicas.
   */
  readonly replicas?: number
  /**
   * Replicas for each component of a workload that has several kinds of pods.
   */
  readonly components?: readonly TargetComponent[]
}

export interface TargetComponent {
  /**
   * Name of the component.
   */
  readonly name: string
  /**
   * Replicas of the component for this cluster.
   */
  readonly replicas: number
}

export interface GracefulEvictionTask {
  /**
   * The cluster that is left.
   */
  readonly fromCluster: string
  /**
   * When the copy is deleted: Directly at once, Gracefully after the replacement is healthy, Never leaves it to you.
   */
  readonly purgeMode?: 'Directly' | 'Gracefully' | 'Never'
  /**
   * Replicas that the cluster had.
   */
  readonly replicas?: number
  /**
   * One CamelCase word that says why the cluster is left.
   */
  readonly reason: string
  /**
   * The reason in a sentence for people.
   */
  readonly message?: string
  /**
   * The controller that wants the cluster to be left.
   */
  readonly producer: string
  /**
   * How many seconds the copy waits for its replacement before it is deleted anyway.
   */
  readonly gracePeriodSeconds?: number
  /**
   * True: the copy stays until this is set to false or the task is removed.
   */
  readonly suppressDeletion?: boolean
  /**
   * Labels that carry remembered values from the old copy to the new one.
   */
  readonly preservedLabelState?: Readonly<Record<string, string>>
  /**
   * When the task was created. Set by the operator.
   */
  readonly creationTimestamp?: string
  /**
   * The clusters that ran the workload before it failed over.
   */
  readonly clustersBeforeFailover?: readonly string[]
}

export interface BindingSnapshot {
  /**
   * Namespace of the binding that depends on this one.
   */
  readonly namespace?: string
  /**
   * Name of the binding that depends on this one.
   */
  readonly name: string
  /**
   * The clusters of that binding.
   */
  readonly clusters?: readonly TargetCluster[]
}

export interface BindingSuspension {
  /**
   * True stops changes from being sent to any cluster. What is already there stays as it is.
   */
  readonly dispatching?: boolean
  /**
   * Stops changes for some clusters only. Not together with dispatching: true.
   */
  readonly dispatchingOnClusters?: DispatchingOnClusters
  /**
   * True stops scheduling. Only possible before the first scheduling.
   */
  readonly scheduling?: boolean
}

export interface BindingSchedulePriority {
  /**
   * The number behind the priority class. Higher is scheduled first.
   */
  readonly priority?: number
}

export interface WorkloadAffinityGroups {
  /**
   * Workloads of this group go to the same clusters. Has the form key=value.
   */
  readonly affinityGroup?: string
  /**
   * Workloads of this group go to different clusters. Has the form key=value.
   */
  readonly antiAffinityGroup?: string
}

/**
 * Where the resource stands. Written by the operator.
 */
export interface ResourceBindingStatus {
  /**
   * The metadata.generation that the scheduler saw last.
   */
  readonly schedulerObservedGeneration?: number
  /**
   * Name of the group of clusterAffinities that is in use.
   */
  readonly schedulerObservingAffinityName?: string
  /**
   * When the binding was scheduled last.
   */
  readonly lastScheduledTime?: string
  /**
   * Scheduled says whether clusters were chosen, FullyApplied whether all of them have the resource.
   */
  readonly conditions?: readonly Condition[]
  /**
   * The state of the resource in each cluster.
   */
  readonly aggregatedStatus?: readonly AggregatedStatusItem[]
}

export interface Condition {
  /**
   * Name of the condition.
   */
  readonly type: string
  /**
   * Whether the condition holds.
   */
  readonly status: 'True' | 'False' | 'Unknown'
  /**
   * The metadata.generation that the condition was computed for.
   */
  readonly observedGeneration?: number
  /**
   * When the status last changed.
   */
  readonly lastTransitionTime: string
  /**
   * One CamelCase word for programs that says why.
   */
  readonly reason: string
  /**
   * The reason in a sentence for people. May be empty.
   */
  readonly message: string
}

export interface AggregatedStatusItem {
  /**
   * Name of the cluster.
   */
  readonly clusterName: string
  /**
   * The status of the resource in the cluster, as the interpreter of its kind reflects it.
   */
  readonly status?: Readonly<Record<string, unknown>>
  /**
   * Whether the resource was applied to the cluster.
   */
  readonly applied?: boolean
  /**
   * Why the resource could not be applied.
   */
  readonly appliedMessage?: string
  /**
   * Whether the resource is healthy in the cluster.
   */
  readonly health?: 'Healthy' | 'Unhealthy' | 'Unknown'
}
