import { omitFields } from '../object/field.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'

export type TextMap = Readonly<Record<string, string>>

/** @returns the object with other metadata fields; what is not named stays. */
export function withMetadata(object: KubeObject, fields: Partial<ObjectMeta>): KubeObject {
  return { ...object, metadata: { ...object.metadata, ...fields } }
}

/** @returns the object with labels or annotations added; the added win. */
export function mergeText(object: KubeObject, field: 'labels' | 'annotations', added: TextMap): KubeObject {
  return withMetadata(object, { [field]: { ...object.metadata[field], ...added } })
}

/** @returns the object without some labels or annotations; the same object when it has none of them. */
export function withoutText(object: KubeObject, field: 'labels' | 'annotations', keys: readonly string[]): KubeObject {
  const before = object.metadata[field]
  if (before === undefined) return object
  const after: ObjectMeta['labels'] = omitFields(before, keys)
  return after === before ? object : withMetadata(object, { [field]: after })
}

/** @returns the keys of a map in the order in which Go sorts strings, joined by commas; '' for none. */
export function sortedKeys(map: TextMap | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .join(',')
}

/** @returns a list with `added` at its end, unless it is there already: finalizers are merged, not replaced. */
export function mergeFinalizer(finalizers: readonly string[] | undefined, added: string): readonly string[] {
  const list = finalizers ?? []
  return list.includes(added) ? list : [...list, added]
}
