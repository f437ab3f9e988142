import { BINDING_KINDS, POLICY_KINDS } from '../api/kinds.ts'
import { ANNOTATION, LABEL } from '../api/names.ts'
import { omitFields } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'

const CLAIMS_AND_BINDINGS = [...POLICY_KINDS, ...BINDING_KINDS]

/** Labels by which a member object is known to be ours. */
const MANAGED_LABELS: readonly string[] = [
  LABEL.managed,
  LABEL.workPermanentId,
  ...CLAIMS_AND_BINDINGS.map(kind => kind.permanentIdLabel),
]

/** Annotations that tie a member object to the host. */
const MANAGED_ANNOTATIONS: readonly string[] = [
  ANNOTATION.managedAnnotations,
  ANNOTATION.managedLabels,
  ANNOTATION.templateUid,
  ANNOTATION.templateGeneration,
  ANNOTATION.workNamespace,
  ANNOTATION.workName,
  ANNOTATION.appliedDigest,
  ...CLAIMS_AND_BINDINGS.flatMap(kind => [kind.nameAnnotation, kind.namespaceAnnotation ?? []].flat()),
]

/**
 * A member object that stays behind when its Work goes, without what ties it to us. Beyond Karmada's list, the
 * metadata of a cluster-wide binding is taken off too, which Karmada leaves on.
 *
 * @returns the same object when it has nothing of ours.
 * @source spec/behaviour/propagation.md §9 item 1, spec/api/constants.md §3
 */
export function stripManaged(object: KubeObject): KubeObject {
  const { labels, annotations } = object.metadata
  const keptLabels = labels && omitFields(labels, MANAGED_LABELS)
  const keptAnnotations = annotations && omitFields(annotations, MANAGED_ANNOTATIONS)
  if (keptLabels === labels && keptAnnotations === annotations) return object
  const metadata = {
    ...object.metadata,
    ...(keptLabels && { labels: keptLabels }),
    ...(keptAnnotations && { annotations: keptAnnotations }),
  }
  return { ...object, metadata }
}
