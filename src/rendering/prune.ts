import { ANNOTATION, LABEL } from '../api/names.ts'
import { withoutValueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { withoutText } from './metadata.ts'
import { PRUNERS } from './prune-kinds.ts'

/** Metadata that belongs to one incarnation of an object in one cluster. */
const OWN_METADATA = [
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
  'ownerReferences',
  'finalizers',
]

/**
 * Labels and annotations that stay on the host: with them a GitOps tool in a member would take what we put there for its
 * own, and prune it.
 *
 * @source design.md "Rules of writing" 10
 */
export const NOT_COPIED_BY_DEFAULT: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'argocd.argoproj.io/tracking-id',
  'argocd.argoproj.io/instance',
  'kustomize.toolkit.fluxcd.io/name',
  'kustomize.toolkit.fluxcd.io/namespace',
  'helm.toolkit.fluxcd.io/name',
  'helm.toolkit.fluxcd.io/namespace',
]

/** Our own book-keeping about an object of the host. (`flotilla.dev/drift` is the user's word and travels.) */
const BOOKKEEPING: readonly string[] = [
  ANNOTATION.appliedDigest,
  ANNOTATION.templateDigest,
  ANNOTATION.lazyDigest,
  ANNOTATION.decision,
  ANNOTATION.inUse,
  ANNOTATION.migration,
  ANNOTATION.parkedFields,
  ANNOTATION.promote,
  ANNOTATION.retire,
  LABEL.parked,
]

/**
 * Takes from an object what belongs to its life on the host and must not reach a member.
 *
 * Guarantees: idempotent; gives the same object when there is nothing to take.
 *
 * @param notCopied keys of labels and annotations that stay on the host
 * @source spec/behaviour/propagation.md §8.3, host-vs-dedicated.md §5; design.md "Rules of writing" 10
 */
export function prune(object: KubeObject, notCopied: readonly string[] = NOT_COPIED_BY_DEFAULT): KubeObject {
  const general = pruneText(pruneStatus(pruneMetadata(object)), [...notCopied, ...BOOKKEEPING])
  const pruner = Object.hasOwn(PRUNERS, object.kind) ? PRUNERS[object.kind] : undefined
  return pruner?.(general) ?? general
}

function pruneMetadata(object: KubeObject): KubeObject {
  return OWN_METADATA.reduce((trimmed, name) => withoutValueAt(trimmed, ['metadata', name]), object)
}

function pruneStatus(object: KubeObject): KubeObject {
  if (!Object.hasOwn(object, 'status')) return object
  const { status: _status, ...others } = object
  return { ...others, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata }
}

function pruneText(object: KubeObject, keys: readonly string[]): KubeObject {
  return withoutText(withoutText(object, 'labels', keys), 'annotations', keys)
}
