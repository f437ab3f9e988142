import type { BindingSnapshot, ResourceBindingSpec } from '../api/generated/resource-binding.ts'
import { RESOURCE_BINDING } from '../api/kinds.ts'
import { ANNOTATION, DEPENDED_BY_PREFIX } from '../api/names.ts'
import { omitFields } from '../object/field.ts'
import { bindingName } from '../object/generated-names.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { hashSuffix } from '../object/name-hash.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { carriedRules } from '../policy/member-rules.ts'
import { mergeFinalizer } from './metadata.ts'
import { templateDigest } from './template-digest.ts'
import { templateOwner, templateReference } from './template-reference.ts'

/** A binding that takes its dependencies along, of any clusters. */
export interface Attachment {
  /** What is needed. */
  readonly object: KubeObject
  /** Its binding, if there is one. */
  readonly existing: Binding | undefined
  /** Who needs it. */
  readonly dependent: Binding
  /** All bindings that need it, as far as they are known. */
  readonly dependents: readonly Binding[]
  /** For a binding that has none yet. */
  readonly permanentId: string
}

/**
 * The label by which a binding says who needs it; its value is the permanent-id of that binding.
 *
 * @source spec/api/constants.md §8
 */
export function dependedByLabel(dependent: Binding): string {
  return `${DEPENDED_BY_PREFIX}${hashSuffix(formatKey(keyOf(dependent)))}`
}

/**
 * The binding of an object that goes wherever another binding goes. What a policy said of it stays.
 *
 * Guarantees: deep-equal to `existing` when nothing is to be written.
 *
 * @throws ReconcileError BindingOwnerConflict (backoff) when the binding belongs to another object
 * @source spec/behaviour/propagation.md §7 item 5
 */
export function attachBinding(attachment: Attachment): Binding {
  const { existing, dependent } = attachment
  const labels = { [dependedByLabel(dependent)]: permanentIdOf(dependent) }
  const requiredBy = mergeSnapshot(existing?.spec.requiredBy, dependent)
  if (existing !== undefined && isPlaced(existing)) {
    return withLabels({ ...existing, spec: { ...existing.spec, requiredBy } }, labels)
  }
  return withLabels(buildAttached(attachment, requiredBy), labels)
}

/**
 * The binding when one that needed it does not any more.
 *
 * @param dependents those that still need it
 * @source spec/behaviour/propagation.md §7 items 1, 4 and 6
 */
export function detachBinding(existing: Binding, dependent: Binding, dependents: readonly Binding[]): Binding {
  const requiredBy = (existing.spec.requiredBy ?? []).filter(snapshot => !isSnapshotOf(snapshot, dependent))
  const labels = omitFields(existing.metadata.labels ?? {}, [dependedByLabel(dependent)])
  const { requiredBy: _, conflictResolution, preserveResourcesOnDeletion, ...others } = existing.spec
  const settings = isPlaced(existing)
    ? { ...(conflictResolution && { conflictResolution }), ...preserve(preserveResourcesOnDeletion) }
    : settingsOf(dependents)
  return {
    ...existing,
    metadata: { ...existing.metadata, labels },
    spec: { ...others, ...settings, ...(requiredBy.length > 0 && { requiredBy }) },
  }
}

/** Whether those that need an object want different things of it. @source spec/behaviour/propagation.md §7 item 5 */
export function disagree(dependents: readonly Binding[]): boolean {
  const distinct = new Set(dependents.map(({ spec }) => JSON.stringify(settingsOf([{ spec }]))))
  return distinct.size > 1
}

function buildAttached(
  { object, existing, dependents, permanentId }: Attachment,
  requiredBy: readonly BindingSnapshot[],
): Binding {
  const digest = templateDigest(object)
  const { permanentIdLabel, finalizer } = RESOURCE_BINDING
  const before = existing?.metadata
  const { conflictResolution: _, preserveResourcesOnDeletion: __, ...spec } = existing?.spec ?? {}
  return {
    ...existing,
    apiVersion: formatApiVersion(RESOURCE_BINDING),
    kind: RESOURCE_BINDING.kind,
    metadata: {
      ...before,
      name: before?.name ?? bindingName({ kind: object.kind, name: object.metadata.name }),
      namespace: object.metadata.namespace ?? '',
      ownerReferences: templateOwner(object, existing),
      finalizers: mergeFinalizer(before?.finalizers, finalizer),
      labels: { ...before?.labels, [permanentIdLabel]: before?.labels?.[permanentIdLabel] || permanentId },
      annotations: {
        ...before?.annotations,
        ...carriedRules(object.metadata.annotations),
        [ANNOTATION.templateDigest]: digest,
      },
    },
    spec: { ...spec, resource: templateReference(object, existing, digest), ...settingsOf(dependents), requiredBy },
  }
}

/** A binding with a placement is a policy's: what that says goes. */
function isPlaced({ spec }: Binding): boolean {
  return spec.placement !== undefined
}

type Settings = Pick<ResourceBindingSpec, 'conflictResolution' | 'preserveResourcesOnDeletion'>

/** The bolder and the safer of what all want: Overwrite if any says so, preserved if any says so. */
function settingsOf(dependents: readonly Pick<Binding, 'spec'>[]): Settings {
  if (dependents.length === 0) return {}
  const overwrites = dependents.some(({ spec }) => spec.conflictResolution === 'Overwrite')
  const preserves = dependents.some(({ spec }) => spec.preserveResourcesOnDeletion === true)
  return { conflictResolution: overwrites ? 'Overwrite' : 'Abort', ...(preserves && preserve(true)) }
}

function preserve(value: boolean | undefined): Settings {
  return value === undefined ? {} : { preserveResourcesOnDeletion: value }
}

function mergeSnapshot(
  before: readonly BindingSnapshot[] = [],
  { metadata, spec }: Binding,
): readonly BindingSnapshot[] {
  const { name, namespace = '' } = metadata
  const snapshot = { namespace, name, ...(spec.clusters && { clusters: spec.clusters }) }
  const others = before.filter(other => !isSnapshotOf(other, { metadata }))
  return [...others, snapshot].toSorted((a, b) => (formatSnapshot(a) < formatSnapshot(b) ? -1 : 1))
}

/** Whether an entry of `requiredBy` means a binding. */
export function isSnapshotOf(snapshot: BindingSnapshot, { metadata }: Pick<Binding, 'metadata'>): boolean {
  return snapshot.name === metadata.name && (snapshot.namespace ?? '') === (metadata.namespace ?? '')
}

function formatSnapshot({ namespace = '', name }: BindingSnapshot): string {
  return `${namespace}/${name}`
}

function withLabels(binding: Binding, labels: Readonly<Record<string, string>>): Binding {
  return { ...binding, metadata: { ...binding.metadata, labels: { ...binding.metadata.labels, ...labels } } }
}

function permanentIdOf({ metadata }: Binding): string {
  return metadata.labels?.[RESOURCE_BINDING.permanentIdLabel] ?? ''
}
