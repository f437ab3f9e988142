import { deepEqual } from '../object/deep-equal.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Change } from '../runtime/informer.ts'

/**
 * Whether a change in a member may be one that we have to undo. Our own writes never show up (their echo is no change), a
 * new status is not ours to judge, and a generation only counts what the spec says anyway.
 *
 * @source spec/behaviour/propagation.md §9.3
 */
export function isForeignChange(change: Change): boolean {
  switch (change.type) {
    case 'deleted':
      return true
    case 'added':
      // Initial objects are looked at when their Works are.
      return !change.initial
    case 'updated':
      return !deepEqual(declarable(change.previous), declarable(change.object))
  }
}

function declarable(object: KubeObject): unknown {
  const { status: _status, metadata, ...rest } = object
  const { resourceVersion: _version, generation: _generation, managedFields: _fields, ...kept } = metadata
  return { ...rest, metadata: kept }
}
