import { FIELD_MANAGER } from '../api/names.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'

/** Field managers under which Karmada's processes write: client-go names them after the binary. */
export const KARMADA_FIELD_MANAGERS: readonly string[] = ['karmada-controller-manager', 'karmada-agent']

const MAX_DEPTH = 64

/**
 * The patch that makes what Karmada once wrote ours: fields that its managers own by Update (and `flotilla` by an earlier
 * PUT) move to the Apply entry of `flotilla`. Without it a server-side apply that no longer names a field removes
 * nothing, since the former manager still owns it.
 *
 * @param object as read from the member, with managedFields and resourceVersion.
 * @returns a JSON patch that fails with a conflict when the object changed since it was read; undefined when there is
 *   nothing to move.
 * @source design.md, "Rules of writing" 6
 */
export function planAdoption(
  object: KubeObject,
  formerManagers: readonly string[] = KARMADA_FIELD_MANAGERS,
): readonly JsonPatchOperation[] | undefined {
  const entries = object.metadata.managedFields ?? []
  const moved = entries.filter(entry => isMoved(entry, formerManagers))
  if (moved.length === 0) return undefined
  const applied = entries.filter(isOurApply)
  const rest = entries.filter(entry => !moved.includes(entry) && !applied.includes(entry))
  return [
    { op: 'replace', path: '/metadata/managedFields', value: [...rest, uniteEntries([...applied, ...moved])] },
    // Not a test: the apiserver answers a stale resourceVersion in the patched object with a conflict.
    { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion ?? '' },
  ]
}

function isMoved(entry: ManagedFieldsEntry, formerManagers: readonly string[]): boolean {
  const former = formerManagers.includes(entry.manager ?? '') || entry.manager === FIELD_MANAGER
  return former && entry.operation === 'Update' && entry.subresource === undefined
}

function isOurApply(entry: ManagedFieldsEntry): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === 'Apply' && entry.subresource === undefined
}

function uniteEntries(entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry {
  const [first] = entries
  return {
    manager: FIELD_MANAGER,
    operation: 'Apply',
    ...(first?.apiVersion === undefined ? {} : { apiVersion: first.apiVersion }),
    ...(first?.time === undefined ? {} : { time: first.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: entries.reduce<JsonObject>((union, entry) => uniteTrees(union, entry.fieldsV1 ?? {}, 0), {}),
  }
}

/** The union of two fieldsV1 trees. A leaf owns everything below it only for values that have nothing below. */
function uniteTrees(left: JsonObject, right: JsonObject, depth: number): JsonObject {
  if (depth > MAX_DEPTH) return left
  const merged = new Map(Object.entries(left))
  for (const [key, tree] of Object.entries(right)) {
    const known = merged.get(key)
    merged.set(key, isTree(known) && isTree(tree) ? uniteTrees(known, tree, depth + 1) : tree)
  }
  return Object.fromEntries(merged)
}

function isTree(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
