import { isDeepStrictEqual } from 'node:util'
import type { KubeObject } from '../object/kube-object.ts'
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

function relevant(object: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object
  const { resourceVersion: _version, managedFields: _fields, ...kept } = metadata
  return { ...rest, metadata: kept }
}
