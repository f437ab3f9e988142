import { isDeepStrictEqual } from 'node:util'
import { objectAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { patched } from '../object/merge-patch.ts'
import type { Change } from '../runtime/informer.ts'

/**
 * Whether a change of a template can change where it goes or what goes there: everything but the status and what the apiserver
 * counts. Labels and annotations do.
 *
 * @source spec/behaviour/propagation.md §1 "Event filter on update"
 */
export function isTemplateChange(change: Change): boolean {
  return change.type !== 'updated' || !isDeepStrictEqual(relevant(change.previous), relevant(change.object))
}

/** Whether a template is what a merge patch of ours made of it: nobody else has changed it in between. */
export function isAsPatched(before: KubeObject, patch: JsonObject, after: KubeObject): boolean {
  return isDeepStrictEqual(relevant(patched(before, patch)), relevant(after))
}

function relevant(object: JsonObject): unknown {
  const { status: _status, metadata: _metadata, ...rest } = object
  const { resourceVersion: _version, managedFields: _fields, ...kept } = objectAt(object, 'metadata') ?? {}
  return { ...rest, metadata: kept }
}
