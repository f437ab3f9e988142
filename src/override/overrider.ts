import type { Overriders } from '../api/generated/override-policy.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** One kind of change: a field of `overriders`, in its own file under overriders/. */
export interface Overrider {
  readonly field: keyof Overriders
  /**
   * Makes the changes of this field, one after the other.
   *
   * @returns a new object, or the same when there is nothing to change.
   * @throws EntryError for an entry that cannot be applied; its message begins with the entry's path.
   */
  readonly apply: (manifest: KubeObject, overriders: Overriders) => KubeObject
}
