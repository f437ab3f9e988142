import type { KubeObject } from '../object/kube-object.ts'
import type { ObjectKey } from '../object/object-key.ts'

/** Synchronous reads from a cache. Everything returned is frozen. */
export interface Lister<T extends KubeObject = KubeObject> {
  get(key: ObjectKey): T | undefined
  /** All cached objects, or those of one namespace. Order unspecified. */
  list(namespace?: string): readonly T[]
  /** Objects for which index `index` gave `value`. Throws when no such index was declared. */
  byIndex(index: string, value: string): readonly T[]
}
