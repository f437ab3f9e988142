import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../object/object-key.ts'
import type { Lister } from '../runtime/lister.ts'

/** A lister over objects that a test sets. */
export interface MapLister<T extends KubeObject> extends Lister<T> {
  set(object: T): void
  delete(key: ObjectKey): void
}

/** @param indexes as an informer's: index name to the values of an object. */
export function newMapLister<T extends KubeObject>(
  objects: readonly T[] = [],
  indexes: Readonly<Record<string, (object: T) => readonly string[]>> = {},
): MapLister<T> {
  const byKey = new Map(objects.map(object => [formatKey(keyOf(object)), object]))
  return {
    get: key => byKey.get(formatKey(key)),
    list: namespace =>
      [...byKey.values()].filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
    byIndex: (name, value) => {
      const index = indexes[name]
      if (index === undefined) throw new Error(`no index ${name} was declared`)
      return [...byKey.values()].filter(object => index(object).includes(value))
    },
    set: object => void byKey.set(formatKey(keyOf(object)), object),
    delete: key => void byKey.delete(formatKey(key)),
  }
}
