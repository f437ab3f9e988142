import { WORK } from '../api/kinds.ts'
import { ANNOTATION, executionNamespace, FINALIZER, LABEL } from '../api/names.ts'
import { deepEqual } from '../object/equality.ts'
import { omitFields } from '../object/field.ts'
import { workName } from '../object/generated-names.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject, OwnerReference } from '../object/kube-object.ts'
import { mergeFinalizer, mergeText, sortedKeys, type TextMap } from './metadata.ts'
import { prune } from './prune.ts'

/** What a Work carries, and where to. */
export interface WorkContent {
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
  readonly appliedOverrides?: string | undefined
  readonly appliedClusterOverrides?: string | undefined
  /** Keys of labels and annotations that stay on the host; default: prune.ts NOT_COPIED_BY_DEFAULT. */
  readonly notCopied?: readonly string[]
}

/** Why there is a Work: what it and its manifest are marked with, and what becomes of them. */
export interface WorkOrigin {
  /** On Work and manifest alike: by these labels the Works of an origin are found. */
  readonly labels: TextMap
  /** On Work and manifest alike. */
  readonly annotations: TextMap
  /** On the manifest alone: annotations that say how the member is treated. */
  readonly rules: TextMap
  /** With whom the Work goes, besides what owns it already. */
  readonly owner?: OwnerReference
  readonly suspended: boolean
  /** Whether the member keeps its object when the Work goes. */
  readonly preserved: boolean
}

/**
 * The Work that carries a manifest to a cluster, whatever the reason.
 *
 * Guarantees: deep-equal to `existing` when nothing is to be written. `existing`'s version and deletion time are kept, so
 * that an update of it is refused when it is outdated.
 *
 * @source spec/behaviour/propagation.md §8.1, §8.2
 */
export function assembleWork(content: WorkContent, origin: WorkOrigin): Work {
  const { manifest, cluster, existing } = content
  const namespace = executionNamespace(cluster)
  const name = existing?.metadata.name ?? nameOfWork(manifest)
  const permanentId = existing?.metadata.labels?.[LABEL.workPermanentId] || content.newUid()
  const { owner } = origin
  return {
    ...existing,
    apiVersion: formatApiVersion(WORK),
    kind: WORK.kind,
    metadata: {
      ...existing?.metadata,
      name,
      namespace,
      finalizers: mergeFinalizer(existing?.metadata.finalizers, FINALIZER.work),
      ...(owner !== undefined && { ownerReferences: mergeOwner(existing?.metadata.ownerReferences, owner) }),
      labels: { ...existing?.metadata.labels, ...origin.labels, [LABEL.workPermanentId]: permanentId },
      annotations: { ...foreignAnnotations(existing), ...origin.annotations, ...overrideAnnotations(content) },
    },
    spec: {
      ...existing?.spec,
      workload: { manifests: [stampManifest(content, { ...origin, namespace, name, permanentId })] },
      suspendDispatching: origin.suspended,
      preserveResourcesOnDeletion: origin.preserved,
    },
  }
}

/** Whether an update of `existing` to `desired` would change nothing of what we say about a Work. */
export function isSameWork(desired: Work, existing: Work): boolean {
  const [wanted, found] = [desired.metadata, existing.metadata]
  return (
    deepEqual(desired.spec, existing.spec) &&
    deepEqual(wanted.labels ?? {}, found.labels ?? {}) &&
    deepEqual(wanted.annotations ?? {}, found.annotations ?? {}) &&
    deepEqual(wanted.finalizers ?? [], found.finalizers ?? []) &&
    deepEqual(wanted.ownerReferences ?? [], found.ownerReferences ?? [])
  )
}

/** What a manifest is marked with so that the member object can be traced to its Work. */
interface Stamp extends WorkOrigin {
  readonly namespace: string
  readonly name: string
  readonly permanentId: string
}

/**
 * Marks a manifest. The order is part of the contract: annotations are recorded before the Work's permanent-id is put on,
 * labels after it.
 *
 * @source spec/behaviour/propagation.md §8.2; spec/api/constants.md §3 "Order on manifests"
 */
function stampManifest({ manifest, template, notCopied }: WorkContent, stamp: Stamp): KubeObject {
  const generation = template.metadata.generation ?? 0
  const pruned = prune(manifest, notCopied)
  const labelled = mergeText(pruned, 'labels', { [LABEL.managed]: 'true', ...stamp.labels })
  const annotated = mergeText(labelled, 'annotations', {
    ...stamp.rules,
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

/** Karmada leaves the record of an override that is no longer applied; here it tells what is in the manifest. */
function foreignAnnotations(existing: Work | undefined): TextMap {
  return omitFields(existing?.metadata.annotations ?? {}, [
    ANNOTATION.appliedOverrides,
    ANNOTATION.appliedClusterOverrides,
  ])
}

function overrideAnnotations({ appliedOverrides, appliedClusterOverrides }: WorkContent): TextMap {
  return {
    ...(appliedOverrides !== undefined && { [ANNOTATION.appliedOverrides]: appliedOverrides }),
    ...(appliedClusterOverrides !== undefined && { [ANNOTATION.appliedClusterOverrides]: appliedClusterOverrides }),
  }
}

/** An owner that is named already, in whatever form, stays as it is. */
function mergeOwner(owners: readonly OwnerReference[] = [], added: OwnerReference): readonly OwnerReference[] {
  return owners.some(owner => owner.uid === added.uid) ? owners : [...owners, added]
}

/** The name of the Work that carries a manifest. */
export function nameOfWork({ kind, metadata }: KubeObject): string {
  return workName({
    kind,
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
  })
}
