// Generated from crds/ by scripts/generate-types.ts: change the CRD, not this file.

/**
 * Which resources are propagated, to which clusters, and how.
 */
export interface PropagationPolicySpec {
  /**
   * The resources that this policy propagates. A resource that any entry selects is taken.
   */
  readonly resourceSelectors: readonly ResourceSelector[]
  /**
   * Deprecated and without effect; use propagateDeps.
   */
  readonly association?: boolean
  /**
   * Also propagates what the workload refers to, such as ConfigMaps, Secrets and ServiceAccounts, to the same clusters.
   */
  readonly propagateDeps?: boolean
  /**
   * Which clusters get the workload and how its replicas are divided among them. Absent means all clusters.
   */
  readonly placement?: Placement
  /**
   * Among policies of one namespace (or of the whole cluster) that select the same resource the one with the highest priority wins. May be negative.
   */
  readonly priority?: number
  /**
   * Always takes a resource over from a policy of lower priority that already claimed it; Never leaves it there.
   */
  readonly preemption?: 'Always' | 'Never'
  /**
   * Names of override policies that must exist before the resource is propagated.
   */
  readonly dependentOverrides?: readonly string[]
  /**
   * The scheduler that chooses the clusters. Cannot be changed later.
   */
  readonly schedulerName?: string
  /**
   * What happens to the workload when it or its cluster becomes unhealthy. Absent means that it stays where it is.
   */
  readonly failover?: Failover
  /**
   * What happens when the resource already exists in a member and is not ours: Abort leaves it alone and reports it, Overwrite takes it over.
   */
  readonly conflictResolution?: 'Abort' | 'Overwrite'
  /**
   * Lazy: a change of this policy takes effect on a resource only when that resource changes next. Absent means at once.
   */
  readonly activationPreference?: 'Lazy'
  /**
   * Holds back propagation for a while.
   */
  readonly suspension?: Suspension
  /**
   * Leaves the resources in the members when they are deleted on the host.
   */
  readonly preserveResourcesOnDeletion?: boolean
  /**
   * How urgent it is to schedule these workloads, compared with others that wait.
   */
  readonly schedulePriority?: SchedulePriority
}

export interface ResourceSelector {
  /**
   * API group and version of the resource, such as apps/v1.
   */
  readonly apiVersion: string
  /**
   * Kind of the resource, such as Deployment.
   */
  readonly kind: string
  /**
   * Namespace of the resource. In a namespaced policy it is the namespace of the policy and may be left out.
   */
  readonly namespace?: string
  /**
   * Name of the resource. Empty selects all names, or those that labelSelector selects.
   */
  readonly name?: string
  /**
   * Selects resources by their labels. Ignored when a name is given.
   */
  readonly labelSelector?: LabelSelector
}

export interface LabelSelector {
  /**
   * Labels that must all be present with exactly these values.
   */
  readonly matchLabels?: Readonly<Record<string, string>>
  /**
   * Further requirements; all of them must hold.
   */
  readonly matchExpressions?: readonly LabelSelectorRequirement[]
}

export interface LabelSelectorRequirement {
  /**
   * The label key that the requirement looks at.
   */
  readonly key: string
  /**
   * How the values are compared: In, NotIn, Exists or DoesNotExist.
   */
  readonly operator: string
  /**
   * The values for In and NotIn; empty for Exists and DoesNotExist.
   */
  readonly values?: readonly string[]
}

export interface Placement {
  /**
   * The clusters that may be chosen. Absent means all. Not together with clusterAffinities.
   */
  readonly clusterAffinity?: ClusterAffinity
  /**
   * Groups of clusters in order of preference: the first group that can take the workload is used. Not together with clusterAffinity.
   */
  readonly clusterAffinities?: readonly ClusterAffinityTerm[]
  /**
   * Cluster taints that do not keep the workload away.
   */
  readonly clusterTolerations?: readonly Toleration[]
  /**
   * Over how many clusters, regions, zones or providers the workload is spread.
   */
  readonly spreadConstraints?: readonly SpreadConstraint[]
  /**
   * How the replicas of a workload are divided. Absent means that every cluster gets all of them.
   */
  readonly replicaScheduling?: ReplicaScheduling
  /**
   * Keeps workloads together or apart by a label that they share.
   */
  readonly workloadAffinity?: WorkloadAffinity
}

export interface ClusterAffinity {
  /**
   * Names of clusters that may be chosen. Empty means any cluster that the selectors and exclude leave.
   */
  readonly clusterNames?: readonly string[]
  /**
   * Names of clusters that are never chosen, whatever else selects them.
   */
  readonly exclude?: readonly string[]
  /**
   * Chooses clusters by the labels of their Cluster object.
   */
  readonly labelSelector?: LabelSelector
  /**
   * Chooses clusters by the provider, region or zone in their spec.
   */
  readonly fieldSelector?: FieldSelector
}

export interface FieldSelector {
  /**
   * Requirements on fields of the cluster; all of them must hold.
   */
  readonly matchExpressions?: readonly FieldSelectorRequirement[]
}

export interface FieldSelectorRequirement {
  /**
   * The field of the cluster that is compared: provider, region or zone.
   */
  readonly key: string
  /**
   * In: the field has one of the values. NotIn: it has none of them.
   */
  readonly operator: string
  /**
   * The values that the field is compared with.
   */
  readonly values?: readonly string[]
}

export interface ClusterAffinityTerm {
  /**
   * A name for this group, unique in the list, that the binding reports. It must be a valid label key.
   */
  readonly affinityName: string
  /**
   * Names of clusters that may be chosen. Empty means any cluster that the selectors and exclude leave.
   */
  readonly clusterNames?: readonly string[]
  /**
   * Names of clusters that are never chosen, whatever else selects them.
   */
  readonly exclude?: readonly string[]
  /**
   * Chooses clusters by the labels of their Cluster object.
   */
  readonly labelSelector?: LabelSelector
  /**
   * Chooses clusters by the provider, region or zone in their spec.
   */
  readonly fieldSelector?: FieldSelector
  /**
   * Further groups of clusters that take, in order, the replicas for which this group has no room. Only with replicas divided Aggregated or by dynamic weight.
   */
  readonly overflowAffinities?: readonly OverflowAffinity[]
}

export interface OverflowAffinity {
  /**
   * A name for this group, different from every other name in the term. It must be a valid label key.
   */
  readonly affinityName: string
  /**
   * Names of clusters that may be chosen. Empty means any cluster that the selectors and exclude leave.
   */
  readonly clusterNames?: readonly string[]
  /**
   * Names of clusters that are never chosen, whatever else selects them.
   */
  readonly exclude?: readonly string[]
  /**
   * Chooses clusters by the labels of their Cluster object.
   */
  readonly labelSelector?: LabelSelector
  /**
   * Chooses clusters by the provider, region or zone in their spec.
   */
  readonly fieldSelector?: FieldSelector
}

export interface Toleration {
  /**
   * The taint key that is tolerated. Empty together with operator Exists tolerates every taint.
   */
  readonly key?: string
  /**
   * Exists ignores the value of the taint, Equal compares it. Empty means Equal.
   */
  readonly operator?: string
  /**
   * The taint value that is tolerated when the operator is Equal.
   */
  readonly value?: string
  /**
   * The taint effect that is tolerated. Empty tolerates all effects.
   */
  readonly effect?: string
  /**
   * For NoExecute: how many seconds the workload stays after the taint appeared. Absent means for ever.
   */
  readonly tolerationSeconds?: number
}

export interface SpreadConstraint {
  /**
   * The property of clusters that forms the groups. "cluster" when neither field nor label is given.
   */
  readonly spreadByField?: 'cluster' | 'region' | 'zone' | 'provider'
  /**
   * The cluster label whose values form the groups; clusters without it are not used. Not together with spreadByField.
   */
  readonly spreadByLabel?: string
  /**
   * At most so many groups are used. 0 or absent means no limit; for clusters beside a constraint on regions, zones, providers or a label it means one cluster of each group.
   */
  readonly maxGroups?: number
  /**
   * At least so many groups are needed, or nothing is scheduled. 1 when left out.
   */
  readonly minGroups?: number
}

export interface ReplicaScheduling {
  /**
   * Duplicated gives every cluster the full number of replicas, Divided splits the number among the clusters.
   */
  readonly replicaSchedulingType?: 'Duplicated' | 'Divided'
  /**
   * For Divided. Aggregated packs the replicas into as few clusters as possible, Weighted splits them by weightPreference. Weighted when left out.
   */
  readonly replicaDivisionPreference?: 'Aggregated' | 'Weighted'
  /**
   * The weights for Weighted. Absent means equal weights.
   */
  readonly weightPreference?: WeightPreference
}

export interface WeightPreference {
  /**
   * Fixed weights for clusters. A cluster that no entry names gets no replicas.
   */
  readonly staticWeightList?: readonly StaticWeight[]
  /**
   * AvailableReplicas weighs each cluster by the number of replicas that it has room for; staticWeightList is then ignored.
   */
  readonly dynamicWeight?: 'AvailableReplicas'
}

export interface StaticWeight {
  /**
   * The clusters that have this weight.
   */
  readonly targetCluster: ClusterAffinity
  /**
   * The share of these clusters relative to the others.
   */
  readonly weight: number
}

export interface WorkloadAffinity {
  /**
   * Workloads with the same value of the label go to the same clusters.
   */
  readonly affinity?: WorkloadAffinityTerm
  /**
   * Workloads with the same value of the label go to different clusters.
   */
  readonly antiAffinity?: WorkloadAffinityTerm
}

export interface WorkloadAffinityTerm {
  /**
   * The label key of the workload whose value names the group.
   */
  readonly groupByLabelKey: string
}

export interface Failover {
  /**
   * Moves the workload away from a cluster in which it does not become healthy.
   */
  readonly application?: ApplicationFailover
  /**
   * Moves the workload away from a cluster that is tainted NoExecute and not tolerated.
   */
  readonly cluster?: ClusterFailover
}

export interface ApplicationFailover {
  /**
   * When a workload counts as failed.
   */
  readonly decisionConditions: DecisionConditions
  /**
   * When the old copy is deleted: Directly at once, Gracefully after the new copy is healthy or the grace period is over, Never leaves it to you.
   */
  readonly purgeMode?: 'Directly' | 'Gracefully' | 'Never'
  /**
   * For purgeMode Gracefully: how many seconds the old copy waits for the new one before it is deleted anyway. 600 when left out.
   */
  readonly gracePeriodSeconds?: number
  /**
   * Values from the status of the old copy that are handed to the new one as labels.
   */
  readonly statePreservation?: StatePreservation
}

export interface DecisionConditions {
  /**
   * How many seconds the workload may be unhealthy before it is moved.
   */
  readonly tolerationSeconds?: number
}

export interface StatePreservation {
  /**
   * What to remember, one rule for each value.
   */
  readonly rules: readonly StatePreservationRule[]
}

export interface StatePreservationRule {
  /**
   * Name of the label that carries the remembered value to the new cluster.
   */
  readonly aliasLabelName: string
  /**
   * JSONPath of the value within the status that the old cluster reported, such as "{.jobID}".
   */
  readonly jsonPath: string
}

export interface ClusterFailover {
  /**
   * When the copy on the failed cluster is deleted: Directly at once, Gracefully after the new copy is healthy.
   */
  readonly purgeMode?: 'Directly' | 'Gracefully'
  /**
   * Values from the status of the old copy that are handed to the new one as labels.
   */
  readonly statePreservation?: StatePreservation
}

export interface Suspension {
  /**
   * True stops changes from being sent to any cluster. What is already there stays as it is.
   */
  readonly dispatching?: boolean
  /**
   * Stops changes for some clusters only. Not together with dispatching: true.
   */
  readonly dispatchingOnClusters?: DispatchingOnClusters
}

export interface DispatchingOnClusters {
  /**
   * The clusters that get no changes for now.
   */
  readonly clusterNames?: readonly string[]
}

export interface SchedulePriority {
  /**
   * Where the priority is defined: KubePriorityClass means a PriorityClass on the host.
   */
  readonly priorityClassSource: 'KubePriorityClass'
  /**
   * Name of the priority class.
   */
  readonly priorityClassName: string
}
