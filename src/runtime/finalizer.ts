import type { JsonPatchOperation } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'

/**
 * The JSON patch that takes one finalizer off an object. Its tests fail when somebody changed the list meanwhile, so a
 * racing writer loses nothing, and when another object has taken the name: what is known of the one before would take the finalizer
 * off its successor, which could then go without its objects. Either way: reconcile again.
 *
 * @returns undefined when the object does not carry it.
 */
export function planFinalizerRemoval(object: KubeObject, finalizer: string): readonly JsonPatchOperation[] | undefined {
  const i = object.metadata.finalizers?.indexOf(finalizer) ?? -1
  if (i < 0) return undefined
  const path = `/metadata/finalizers/${i}`
  const { uid } = object.metadata
  return [
    ...(uid === undefined ? [] : [{ op: 'test', path: '/metadata/uid', value: uid } as const]),
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ]
}
