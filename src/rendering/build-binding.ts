import type {
  BindingSuspension,
  Component,
  ResourceBindingSpec,
  TargetCluster,
  WorkloadAffinityGroups,
} from '../api/generated/resource-binding.ts'
import { type BindingKind, POLICY_KINDS } from '../api/kinds.ts'
import { ANNOTATION, DEFAULT_SCHEDULER_NAME } from '../api/names.ts'
import type { Replicas } from '../interpreter/kind-interpreter.ts'
import { omitFields } from '../object/field.ts'
import { bindingName } from '../object/generated-names.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { type Claim, claimMetadata } from '../policy/claim.ts'
import { carriedRules, RULE_ANNOTATIONS } from '../policy/member-rules.ts'
import { mergeFinalizer, type TextMap } from './metadata.ts'
import { templateDigest } from './template-digest.ts'
import { templateOwner, templateReference } from './template-reference.ts'

/** What a binding is made from. */
export interface BindingInput {
  /** The claimed template: with the resourceVersion that the write of the claim returned. */
  readonly template: KubeObject
  /** With the CRD's defaults. */
  readonly policy: Policy
  /** The policy's claim on the template. */
  readonly claim: Claim
  readonly bindingKind: BindingKind
  /** What the interpreter says; undefined when the kind is no workload. */
  readonly replicas: Replicas | undefined
  /** The kinds of pods of a workload that has several; then `replicas` is undefined. */
  readonly components?: readonly Component[]
  /** For a binding that has none yet. */
  readonly permanentId: string
  /** The binding that is there; what is not ours in it stays. */
  readonly existing?: Binding | undefined
  /** The targets, when they were just chosen. Default: those of `existing`. */
  readonly clusters?: readonly TargetCluster[] | undefined
  /** More annotations, e.g. why these targets were chosen. */
  readonly annotations?: TextMap
  /** Value of the PriorityClass that the policy names. */
  readonly schedulePriority?: number
  /** Feature gate WorkloadAffinity, off by default. */
  readonly workloadAffinity?: boolean
}

/**
 * The binding of a template.
 *
 * Guarantees: deep-equal to `existing` when nothing is to be written; `spec.resource.resourceVersion`, whose change makes
 * all Works be rendered again, moves only when the template changed in what travels.
 *
 * @throws ReconcileError BindingOwnerConflict (backoff) when the binding belongs to another object: a template that was
 *   deleted and made again waits until the garbage collector has removed its predecessor's.
 * @source spec/behaviour/propagation.md §6; design.md "Rules of writing" 7
 */
export function buildBinding(input: BindingInput): Binding {
  const { existing, bindingKind } = input
  const digest = templateDigest(input.template)
  return {
    ...existing,
    apiVersion: formatApiVersion(bindingKind),
    kind: bindingKind.kind,
    metadata: buildMetadata(input, digest),
    spec: buildSpec(input, digest),
  }
}

function buildMetadata(input: BindingInput, digest: string): ObjectMeta {
  const { template, existing, bindingKind } = input
  const before = existing?.metadata
  const claim = claimMetadata(input.claim)
  const others = otherClaims(input.claim)
  return {
    ...before,
    name: before?.name ?? bindingName({ kind: template.kind, name: template.metadata.name }),
    ...(bindingKind.namespaced && { namespace: template.metadata.namespace ?? '' }),
    ownerReferences: templateOwner(template, existing),
    finalizers: mergeFinalizer(before?.finalizers, bindingKind.finalizer),
    labels: {
      ...omitFields(before?.labels ?? {}, others.labels),
      ...claim.labels,
      [bindingKind.permanentIdLabel]: before?.labels?.[bindingKind.permanentIdLabel] || input.permanentId,
    },
    annotations: {
      ...omitFields(before?.annotations ?? {}, [...others.annotations, ...RULE_ANNOTATIONS, ANNOTATION.lazyDigest]),
      ...carriedRules(template.metadata.annotations, input.policy.metadata.annotations),
      ...claim.annotations,
      ...input.annotations,
      [ANNOTATION.templateDigest]: digest,
    },
  }
}

/** Keys by which a binding would still seem to be claimed by a policy of the other kind. */
function otherClaims(claim: Claim): { readonly labels: readonly string[]; readonly annotations: readonly string[] } {
  const kinds = POLICY_KINDS.filter(kind => kind.kind !== claim.kind.kind)
  return {
    labels: kinds.map(kind => kind.permanentIdLabel),
    annotations: kinds.flatMap(kind => [kind.nameAnnotation, kind.namespaceAnnotation ?? []].flat()),
  }
}

function buildSpec(input: BindingInput, digest: string): ResourceBindingSpec {
  const { template, policy, existing, replicas } = input
  const before = existing?.spec
  const { placement, failover, preserveResourcesOnDeletion } = policy.spec
  const suspension = buildSuspension(policy, before?.suspension)
  const clusters = input.clusters ?? before?.clusters
  return {
    ...untouched(before),
    resource: templateReference(template, existing, digest),
    // None is something else than nobody knows: what is scaled up later has not been divided yet.
    ...(replicas !== undefined && { replicas: replicas.replicas }),
    ...(replicas?.requirements && { replicaRequirements: replicas.requirements }),
    ...(input.components && input.components.length > 0 && { components: input.components }),
    ...(clusters && { clusters }),
    schedulerName: policy.spec.schedulerName ?? DEFAULT_SCHEDULER_NAME,
    // A policy that says nothing of placement means every cluster; a binding without placement cannot be scheduled.
    placement: placement ?? {},
    ...(failover && { failover }),
    conflictResolution: policy.spec.conflictResolution ?? 'Abort',
    ...(preserveResourcesOnDeletion !== undefined && { preserveResourcesOnDeletion }),
    ...(suspension && { suspension }),
    ...buildScopedFields(input),
  }
}

/** Fields that other controllers write. */
function untouched(before: ResourceBindingSpec | undefined): Omit<ResourceBindingSpec, 'resource'> {
  const { gracefulEvictionTasks, requiredBy, rescheduleTriggeredAt } = before ?? {}
  return {
    ...(gracefulEvictionTasks && { gracefulEvictionTasks }),
    ...(requiredBy && { requiredBy }),
    ...(rescheduleTriggeredAt !== undefined && { rescheduleTriggeredAt }),
  }
}

/** Karmada fills these from the policy for a namespaced binding only; a cluster-wide one gets propagateDeps once. */
function buildScopedFields(input: BindingInput): Omit<ResourceBindingSpec, 'resource'> {
  const { policy, existing, bindingKind, schedulePriority } = input
  const fromPolicy = bindingKind.namespaced || existing === undefined
  const propagateDeps = (fromPolicy ? policy.spec.propagateDeps : existing.spec.propagateDeps) === true
  if (!bindingKind.namespaced) {
    const { schedulePriority: priority, workloadAffinityGroups: groups } = existing?.spec ?? {}
    return {
      ...(propagateDeps && { propagateDeps }),
      ...(priority && { schedulePriority: priority }),
      ...(groups && { workloadAffinityGroups: groups }),
    }
  }
  const groups = input.workloadAffinity === true ? affinityGroups(input) : undefined
  return {
    ...(propagateDeps && { propagateDeps }),
    ...(schedulePriority !== undefined && { schedulePriority: { priority: schedulePriority } }),
    ...(groups && { workloadAffinityGroups: groups }),
  }
}

function affinityGroups({ policy, template }: BindingInput): WorkloadAffinityGroups | undefined {
  const { affinity, antiAffinity } = policy.spec.placement?.workloadAffinity ?? {}
  const groupOf = (key: string | undefined): string | undefined => {
    const labels = template.metadata.labels ?? {}
    return key !== undefined && Object.hasOwn(labels, key) ? `${key}=${labels[key]}` : undefined
  }
  const [affinityGroup, antiAffinityGroup] = [
    groupOf(affinity?.groupByLabelKey),
    groupOf(antiAffinity?.groupByLabelKey),
  ]
  if (affinityGroup === undefined && antiAffinityGroup === undefined) return undefined
  return { ...(affinityGroup && { affinityGroup }), ...(antiAffinityGroup && { antiAffinityGroup }) }
}

/** Dispatching is the policy's word, scheduling is somebody else's. */
function buildSuspension(policy: Policy, before: BindingSuspension | undefined): BindingSuspension | undefined {
  const { suspension } = policy.spec
  const scheduling = before?.scheduling
  if (suspension === undefined && scheduling === undefined) return undefined
  const { dispatching, dispatchingOnClusters } = suspension ?? {}
  return {
    ...(dispatching !== undefined && { dispatching }),
    ...(dispatchingOnClusters && { dispatchingOnClusters }),
    ...(scheduling !== undefined && { scheduling }),
  }
}
