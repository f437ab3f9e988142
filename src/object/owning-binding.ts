import type { BindingKind } from '../api/kinds.ts'
import type { KubeObject } from './kube-object.ts'
import type { ObjectKey } from './object-key.ts'

/**
 * The binding that a Work, or an object in a member, says it came from.
 *
 * @returns undefined when it names none of this kind.
 * @source spec/api/constants.md §3
 */
export function owningBinding(kind: BindingKind, object: Pick<KubeObject, 'metadata'>): ObjectKey | undefined {
  const annotations = object.metadata.annotations
  const name = annotations?.[kind.nameAnnotation]
  if (name === undefined) return undefined
  if (kind.namespaceAnnotation === undefined) return { namespace: '', name }
  const namespace = annotations?.[kind.namespaceAnnotation]
  return namespace === undefined ? undefined : { namespace, name }
}
