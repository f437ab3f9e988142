import { ANNOTATION } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { digestOf } from '../object/digest.ts'
import { stringAt } from '../object/field.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { mergeText, type TextMap } from './metadata.ts'

/**
 * What is sent to a member by server-side apply: the Work's manifest, the digest of what we want (before anything was
 * retained), and the kind's retained fields with the values that the member observes, since leaving out a field that
 * we alone own would reset it.
 *
 * Metadata needs no retaining: apply leaves alone what others own, and removes a label or annotation of ours that is no
 * longer declared. Where another manager owns it as well, see {@link droppedText}.
 *
 * @param observed the object in the member, if it is known to be there
 * @source design.md "Rules of writing" 2, 5; spec/behaviour/propagation.md §9.1
 */
export async function memberManifest(
  manifest: KubeObject,
  observed: KubeObject | undefined,
  interpreter: Pick<Interpreter, 'retain'>,
): Promise<KubeObject> {
  const retained = observed === undefined ? manifest : await interpreter.retain(manifest, observed)
  return mergeText(withoutNullData(retained), 'annotations', { [ANNOTATION.appliedDigest]: digestOfCached(manifest) })
}

const digests = new WeakMap<KubeObject, string>()

/** Works of several members share a manifest that is the same (docs/decisions/0026-caches-share-what-is-equal.md), and each is looked at again and again. */
function digestOfCached(manifest: KubeObject): string {
  // What may be changed yet is not remembered.
  if (!Object.isFrozen(manifest)) return digestOf(manifest)
  const known = digests.get(manifest) ?? digestOf(manifest)
  digests.set(manifest, known)
  return known
}

/**
 * Labels and annotations that the template no longer has and the member object still has, by the record that we keep on
 * it. What remains of these after an apply is owned by another manager as well, and must be removed by a patch.
 *
 * @returns JSON pointers.
 * @source spec/behaviour/propagation.md §9.1 item 2
 */
export function droppedText(desired: KubeObject, observed: KubeObject): readonly string[] {
  return (['labels', 'annotations'] as const).flatMap(field =>
    droppedKeys(desired, observed, field).map(key => jsonPointer('metadata', field, key)),
  )
}

/**
 * What is sent to a member by a full update, for a manifest that apply refuses: everything of the observed object that a
 * PUT would lose and that isn't ours stays.
 *
 * @param desired with the kind's retained fields
 * @source spec/behaviour/propagation.md §9.1 item 2, design.md "Rules of writing" 6
 */
export function updateManifest(desired: KubeObject, observed: KubeObject): KubeObject {
  const { resourceVersion, finalizers, ownerReferences } = observed.metadata
  const metadata = {
    ...desired.metadata,
    ...(resourceVersion !== undefined && { resourceVersion }),
    ...(finalizers && { finalizers }),
    ...(ownerReferences && { ownerReferences }),
    labels: retainText(desired, observed, 'labels'),
    annotations: retainText(desired, observed, 'annotations'),
  }
  return { ...desired, metadata }
}

const RECORD = { labels: ANNOTATION.managedLabels, annotations: ANNOTATION.managedAnnotations } as const

function retainText(desired: KubeObject, observed: KubeObject, field: 'labels' | 'annotations'): TextMap {
  const dropped = droppedKeys(desired, observed, field)
  const foreign = Object.entries(observed.metadata[field] ?? {}).filter(([key]) => !dropped.includes(key))
  return { ...Object.fromEntries(foreign), ...desired.metadata[field] }
}

function droppedKeys(desired: KubeObject, observed: KubeObject, field: 'labels' | 'annotations'): readonly string[] {
  const record = stringAt(observed, 'metadata', 'annotations', RECORD[field]) ?? ''
  const present = observed.metadata[field] ?? {}
  const wanted = desired.metadata[field] ?? {}
  return record.split(',').filter(key => Object.hasOwn(present, key) && !Object.hasOwn(wanted, key))
}

/** A pruned token Secret says `data: null`, which apply would take for a field that we own. */
function withoutNullData(manifest: KubeObject): KubeObject {
  if (manifest['data'] !== null) return manifest
  const { data: _data, ...others } = manifest
  return { ...others, apiVersion: manifest.apiVersion, kind: manifest.kind, metadata: manifest.metadata }
}
