// Which object of a CRD schema becomes which TypeScript type.

/**
 * The name of the type for the object at a path, by the longest entry that ends the path. `[]` stands for an element.
 * Objects with the same name must have the same fields; the generator checks it.
 */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  // Shared by policies and bindings.
  'resourceSelectors[]': 'ResourceSelector',
  labelSelector: 'LabelSelector',
  'labelSelector.matchExpressions[]': 'LabelSelectorRequirement',
  fieldSelector: 'FieldSelector',
  'fieldSelector.matchExpressions[]': 'FieldSelectorRequirement',
  placement: 'Placement',
  clusterAffinity: 'ClusterAffinity',
  targetCluster: 'ClusterAffinity',
  'clusterAffinities[]': 'ClusterAffinityTerm',
  'overflowAffinities[]': 'OverflowAffinity',
  'clusterTolerations[]': 'Toleration',
  'tolerations[]': 'Toleration',
  'spreadConstraints[]': 'SpreadConstraint',
  replicaScheduling: 'ReplicaScheduling',
  weightPreference: 'WeightPreference',
  'staticWeightList[]': 'StaticWeight',
  workloadAffinity: 'WorkloadAffinity',
  affinity: 'WorkloadAffinityTerm',
  antiAffinity: 'WorkloadAffinityTerm',
  failover: 'Failover',
  'failover.application': 'ApplicationFailover',
  'failover.cluster': 'ClusterFailover',
  decisionConditions: 'DecisionConditions',
  statePreservation: 'StatePreservation',
  'statePreservation.rules[]': 'StatePreservationRule',
  'PropagationPolicy.spec.suspension': 'Suspension',
  dispatchingOnClusters: 'DispatchingOnClusters',
  'PropagationPolicy.spec.schedulePriority': 'SchedulePriority',
  // OverridePolicy.
  'overrideRules[]': 'OverrideRule',
  overriders: 'Overriders',
  'plaintext[]': 'PlaintextOverrider',
  'imageOverrider[]': 'ImageOverrider',
  predicate: 'ImagePredicate',
  'commandOverrider[]': 'ContainerWordsOverrider',
  'argsOverrider[]': 'ContainerWordsOverrider',
  'labelsOverrider[]': 'MetadataOverrider',
  'annotationsOverrider[]': 'MetadataOverrider',
  'fieldOverrider[]': 'FieldOverrider',
  'json[]': 'DocumentPatchOperation',
  'yaml[]': 'DocumentPatchOperation',
  // ResourceBinding.
  resource: 'ObjectReference',
  replicaRequirements: 'ReplicaRequirements',
  'components[].replicaRequirements': 'ComponentReplicaRequirements',
  nodeClaim: 'NodeClaim',
  hardNodeAffinity: 'NodeSelector',
  'nodeSelectorTerms[]': 'NodeSelectorTerm',
  'nodeSelectorTerms[].matchExpressions[]': 'NodeSelectorRequirement',
  'nodeSelectorTerms[].matchFields[]': 'NodeSelectorRequirement',
  'spec.components[]': 'Component',
  'clusters[]': 'TargetCluster',
  'clusters[].components[]': 'TargetComponent',
  'gracefulEvictionTasks[]': 'GracefulEvictionTask',
  'requiredBy[]': 'BindingSnapshot',
  'ResourceBinding.spec.suspension': 'BindingSuspension',
  'ResourceBinding.spec.schedulePriority': 'BindingSchedulePriority',
  workloadAffinityGroups: 'WorkloadAffinityGroups',
  'aggregatedStatus[]': 'AggregatedStatusItem',
  'conditions[]': 'Condition',
  // Work.
  workload: 'WorkloadTemplate',
  'manifestStatuses[]': 'ManifestStatus',
  identifier: 'ResourceIdentifier',
  // Cluster.
  secretRef: 'SecretReference',
  impersonatorSecretRef: 'SecretReference',
  'taints[]': 'Taint',
  'resourceModels[]': 'ResourceModel',
  'ranges[]': 'ResourceModelRange',
  'apiEnablements[]': 'ApiEnablement',
  'apiEnablements[].resources[]': 'ApiResource',
  nodeSummary: 'NodeSummary',
  resourceSummary: 'ResourceSummary',
  'allocatableModelings[]': 'AllocatableModeling',
  // ClusterTaintPolicy, Remedy.
  targetClusters: 'ClusterAffinity',
  'addOnConditions[]': 'MatchCondition',
  'removeOnConditions[]': 'MatchCondition',
  'ClusterTaintPolicy.spec.taints[]': 'PolicyTaint',
  'Remedy.spec.clusterAffinity': 'RemedyAffinity',
  'decisionMatches[]': 'DecisionMatch',
  clusterConditionMatch: 'ClusterConditionMatch',
  // WorkloadRebalancer.
  'spec.workloads[]': 'WorkloadReference',
  'observedWorkloads[]': 'ObservedWorkload',
  'observedWorkloads[].workload': 'WorkloadReference',
  // ResourceInterpreterWebhookConfiguration.
  'webhooks[]': 'InterpreterWebhook',
  clientConfig: 'WebhookClientConfig',
  'clientConfig.service': 'WebhookService',
  'webhooks[].rules[]': 'InterpreterRule',
  // ResourceInterpreterCustomization.
  'spec.customizations': 'Customizations',
  'spec.target': 'CustomizationTarget',
  'customizations.componentResource': 'ScriptRule',
  'customizations.dependencyInterpretation': 'ScriptRule',
  'customizations.healthInterpretation': 'ScriptRule',
  'customizations.replicaResource': 'ScriptRule',
  'customizations.replicaRevision': 'ScriptRule',
  'customizations.retention': 'ScriptRule',
  'customizations.statusAggregation': 'ScriptRule',
  'customizations.statusReflection': 'ScriptRule',
}

/** @throws Error when no entry names the object at `path`. */
export function typeNameOf(kind: string, path: string): string {
  if (path === `${kind}.spec`) return `${kind}Spec`
  if (path === `${kind}.status`) return `${kind}Status`
  const entries = Object.entries(TYPE_NAMES).filter(([suffix]) => path.endsWith(`.${suffix}`) || path === suffix)
  const longest = entries.toSorted(([a], [b]) => b.length - a.length)[0]
  if (longest === undefined) throw new Error(`scripts/type-names.ts has no type name for the object at ${path}`)
  return longest[1]
}
