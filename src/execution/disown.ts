import { FIELD_MANAGER } from '../api/names.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import type { ForeignField } from '../members/foreign-fields.ts'
import { isTree } from '../object/fields-v1.ts'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'

/**
 * The patch after which nobody but us holds the given fields: for values that a member's apiserver puts in again when they are
 * removed. What nobody holds is such a value, so they are not looked into any more.
 *
 * @param object as read from the member, with managedFields and resourceVersion
 * @returns a JSON patch that fails with a conflict when the object changed since it was read
 * @source design.md, rules of writing 4; Kubernetes server-side apply, "Field management"
 */
export function planDisowning(object: KubeObject, fields: readonly ForeignField[]): readonly JsonPatchOperation[] {
  const { managedFields = [], resourceVersion = '' } = object.metadata
  const value = managedFields.flatMap(entry => (entry.manager === FIELD_MANAGER ? [entry] : without(entry, fields)))
  return [
    { op: 'replace', path: '/metadata/managedFields', value },
    // Not a test: the apiserver answers a stale resourceVersion in the patched object with a conflict.
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ]
}

function without(entry: ManagedFieldsEntry, fields: readonly ForeignField[]): readonly ManagedFieldsEntry[] {
  const start: JsonObject | undefined = entry.fieldsV1
  const fieldsV1 = fields.reduce((tree, { keys }) => tree && withoutKeys(tree, keys), start)
  return fieldsV1 === undefined ? [] : [{ ...entry, fieldsV1 }]
}

/** @returns undefined when nothing is left: an empty set would be one that holds the whole. */
function withoutKeys(tree: JsonObject, [key, ...rest]: readonly string[]): JsonObject | undefined {
  if (key === undefined) return undefined
  const below = Object.hasOwn(tree, key) ? tree[key] : undefined
  if (!isTree(below)) return tree
  const left = withoutKeys(below, rest)
  if (left !== undefined) return { ...tree, [key]: left }
  const others = Object.entries(tree).filter(([name]) => name !== key)
  return others.length === 0 ? undefined : Object.fromEntries(others)
}
