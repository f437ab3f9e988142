import type { JsonPatchOperation } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'

/**
 * The JSON patch that takes one finalizer off an object. Its `test` fails when somebody changed the list meanwhile, so a
 * racing writer loses nothing: reconcile again.
 *
 * @returns undefined when the object does not carry it.
 */
export function planFinalizerRemoval(object: KubeObject, finalizer: string): readonly JsonPatchOperation[] | undefined {
  const i = object.metadata.finalizers?.indexOf(finalizer) ?? -1
  if (i < 0) return undefined
  const path = `/metadata/finalizers/${i}`
  return [
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ]
}
