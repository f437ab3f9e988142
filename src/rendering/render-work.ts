import { type BindingKind, WORK } from '../api/kinds.ts'
import { ANNOTATION, executionNamespace, FINALIZER, LABEL } from '../api/names.ts'
import { workName } from '../object/generated-names.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { carriedRules } from '../policy/member-rules.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { mergeFinalizer, mergeText, sortedKeys, type TextMap } from './metadata.ts'
import { prune } from './prune.ts'

/** What a Work is made from. */
export interface WorkInput {
  readonly binding: Binding
  readonly bindingKind: BindingKind
  /** The user's object, of which the member object remembers UID and generation. */
  readonly template: KubeObject
  /** The template as this cluster gets it: replicas revised, then overridden. */
  readonly manifest: KubeObject
  /** Name of the target cluster. */
  readonly cluster: string
  /** The Work that is there; its foreign metadata stays. */
  readonly existing?: Work | undefined
  /** Gives a permanent-id for a Work that has none. */
  readonly newUid: () => string
  /** JSON of what overrode the manifest, absent when nothing did. */
  readonly appliedOverrides?: string
  readonly appliedClusterOverrides?: string
  /** Keys of labels and annotations that stay on the host; default: prune.ts NOT_COPIED_BY_DEFAULT. */
  readonly notCopied?: readonly string[]
}

/**
 * The Work that carries a manifest to a cluster.
 *
 * Guarantees: deep-equal to `existing` when nothing is to be written. `existing`'s version and deletion time are kept, so
 * that an update of it is refused when it is outdated.
 *
 * @throws ReconcileError MissingPermanentId (backoff) while the binding has none
 * @source spec/behaviour/propagation.md §8.1, §8.2
 */
export function renderWork(input: WorkInput): Work {
  const { binding, manifest, cluster, existing } = input
  const namespace = executionNamespace(cluster)
  const name = existing?.metadata.name ?? nameOf(manifest)
  const permanentId = existing?.metadata.labels?.[LABEL.workPermanentId] || input.newUid()
  const stamp: Stamp = {
    namespace,
    name,
    permanentId,
    bindingId: bindingIdOf(input),
    annotations: sharedAnnotations(input),
  }
  return {
    ...existing,
    apiVersion: formatApiVersion(WORK),
    kind: WORK.kind,
    metadata: {
      ...existing?.metadata,
      name,
      namespace,
      finalizers: mergeFinalizer(existing?.metadata.finalizers, FINALIZER.work),
      labels: { ...existing?.metadata.labels, ...stamp.bindingId, [LABEL.workPermanentId]: permanentId },
      annotations: { ...existing?.metadata.annotations, ...stamp.annotations, ...overrideAnnotations(input) },
    },
    spec: {
      ...existing?.spec,
      workload: { manifests: [stampManifest(input, stamp)] },
      suspendDispatching: isSuspended(binding, cluster),
      preserveResourcesOnDeletion: binding.spec.preserveResourcesOnDeletion ?? false,
    },
  }
}

/**
 * Whether a binding is of something with replicas: only then are replicas revised.
 *
 * @source spec/behaviour/propagation.md §8 item 4b
 */
export function isWorkload({ spec }: Pick<Binding, 'spec'>): boolean {
  return (spec.replicas ?? 0) > 0 || spec.replicaRequirements !== undefined || (spec.components ?? []).length > 0
}

/** What a manifest is marked with so that the member object can be traced to its Work. */
interface Stamp {
  readonly namespace: string
  readonly name: string
  readonly permanentId: string
  readonly bindingId: TextMap
  /** On Work and manifest alike. */
  readonly annotations: TextMap
}

/**
 * Marks a manifest. The order is part of the contract: annotations are recorded before the Work's permanent-id is put on,
 * labels after it.
 *
 * @source spec/behaviour/propagation.md §8.2; spec/api/constants.md §3 "Order on manifests"
 */
function stampManifest({ binding, manifest, template, notCopied }: WorkInput, stamp: Stamp): KubeObject {
  const generation = template.metadata.generation ?? 0
  const pruned = prune(manifest, notCopied)
  const labelled = mergeText(pruned, 'labels', { [LABEL.managed]: 'true', ...stamp.bindingId })
  const annotated = mergeText(labelled, 'annotations', {
    ...carriedRules(binding.metadata.annotations),
    ...stamp.annotations,
    [ANNOTATION.templateUid]: template.metadata.uid ?? '',
    ...(generation > 0 && { [ANNOTATION.templateGeneration]: String(generation) }),
    [ANNOTATION.workNamespace]: stamp.namespace,
    [ANNOTATION.workName]: stamp.name,
  })
  return recordManagedKeys(annotated, { [LABEL.workPermanentId]: stamp.permanentId })
}

/** Writes down which labels and annotations are ours: what later lacks here is removed from the member object. */
function recordManagedKeys(manifest: KubeObject, lastLabels: TextMap): KubeObject {
  const reserved = { [ANNOTATION.managedAnnotations]: '', [ANNOTATION.managedLabels]: '' }
  const annotationKeys = sortedKeys({ ...manifest.metadata.annotations, ...reserved })
  const labelled = mergeText(manifest, 'labels', lastLabels)
  return mergeText(labelled, 'annotations', {
    [ANNOTATION.managedAnnotations]: annotationKeys,
    [ANNOTATION.managedLabels]: sortedKeys(labelled.metadata.labels),
  })
}

function sharedAnnotations({ binding, bindingKind, manifest }: WorkInput): TextMap {
  const { namespaceAnnotation, nameAnnotation } = bindingKind
  return {
    ...(namespaceAnnotation !== undefined && { [namespaceAnnotation]: binding.metadata.namespace ?? '' }),
    [nameAnnotation]: binding.metadata.name,
    [ANNOTATION.conflictResolution]: conflictResolution(binding, manifest),
  }
}

/** The user's word on the object wins over the policy's, if it is one of the two. */
function conflictResolution({ spec }: Binding, manifest: KubeObject): 'overwrite' | 'abort' {
  const own = manifest.metadata.annotations?.[ANNOTATION.conflictResolution]
  if (own === 'overwrite' || own === 'abort') return own
  return spec.conflictResolution === 'Overwrite' ? 'overwrite' : 'abort'
}

function overrideAnnotations({ appliedOverrides, appliedClusterOverrides }: WorkInput): TextMap {
  return {
    ...(appliedOverrides !== undefined && { [ANNOTATION.appliedOverrides]: appliedOverrides }),
    ...(appliedClusterOverrides !== undefined && { [ANNOTATION.appliedClusterOverrides]: appliedClusterOverrides }),
  }
}

function isSuspended({ spec }: Binding, cluster: string): boolean {
  const suspension = spec.suspension
  return suspension?.dispatching === true || (suspension?.dispatchingOnClusters?.clusterNames ?? []).includes(cluster)
}

function bindingIdOf({ binding, bindingKind }: WorkInput): TextMap {
  const id = binding.metadata.labels?.[bindingKind.permanentIdLabel]
  if (id) return { [bindingKind.permanentIdLabel]: id }
  throw new ReconcileError('MissingPermanentId', `${binding.kind} ${binding.metadata.name} has no permanent-id yet`, {
    retry: 'backoff',
  })
}

function nameOf({ kind, metadata }: KubeObject): string {
  return workName({
    kind,
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  })
}
