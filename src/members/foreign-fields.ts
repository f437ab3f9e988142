import { FIELD_MANAGER } from '../api/names.ts'
import { childOfKey, isLeaf, isTree } from '../object/fields-v1.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'

/** A member's answer is untrusted: no object gets us to walk deeper or to remember more than this. */
const MAX_DEPTH = 64
export const MAX_FIELDS = 200

/** A field that another manager set. */
export interface ForeignField {
  /** JSON pointer. */
  readonly path: string
  /** The field manager, of those that set it the first. */
  readonly manager: string
  /** As fieldsV1 names it, on the way down: the field is the same wherever its list entry stands (pointerOfKeys). */
  readonly keys: readonly string[]
}

const NONE: readonly ForeignField[] = []
const OUTSIDE = new Set(['f:metadata', 'f:status', 'f:apiVersion', 'f:kind'])

/** One step of the walk: what others own below a value, and what we own there. */
interface Step {
  readonly foreign: JsonObject
  readonly ours: readonly JsonObject[]
  readonly manager: string
  readonly value: unknown
  readonly path: string
  readonly keys: readonly string[]
}

type Found = Map<string, ForeignField>

/**
 * The fields of a member object outside metadata and status that another manager set and we do not own.
 *
 * @returns fields of `object`, as few and as high as possible: a whole list entry or map that only others own is
 *   one field. Removing them in the given order is safe: later list entries come first. Empty in the usual case.
 * @source design.md, "Rules of writing" 4; Kubernetes server-side apply, fieldsV1
 * @example foreignFields({ …, metadata: { managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:data': { 'f:x': {} } } }] }, data: { x: '1' } }) // [{ path: '/data/x', manager: 'kubectl', keys: ['f:data', 'f:x'] }]
 */
export function foreignFields(object: KubeObject): readonly ForeignField[] {
  const entries = object.metadata.managedFields ?? NONE_ENTRIES
  const others = entries.filter(entry => entry.manager !== FIELD_MANAGER && touchesDeclaredFields(entry))
  if (others.length === 0) return NONE
  const ours = entries.flatMap(entry =>
    entry.manager === FIELD_MANAGER && entry.subresource === undefined ? fieldSets(entry) : [],
  )
  const found: Found = new Map()
  for (const entry of others) {
    const { manager = '' } = entry
    for (const foreign of fieldSets(entry))
      collect({ foreign, ours, manager, value: object, path: '', keys: [] }, found)
  }
  if (found.size === 0) return NONE
  return [...found.values()].sort((a, b) => laterEntriesFirst(a.path, b.path))
}

const NONE_ENTRIES: readonly ManagedFieldsEntry[] = []

/** Whether a manager set anything outside metadata and status. */
export function touchesDeclaredFields(entry: ManagedFieldsEntry): boolean {
  if (!isTree(entry.fieldsV1)) return false
  for (const key in entry.fieldsV1) if (!OUTSIDE.has(key)) return true
  return false
}

function fieldSets(entry: ManagedFieldsEntry): readonly JsonObject[] {
  return isTree(entry.fieldsV1) ? [entry.fieldsV1] : []
}

function collect(step: Step, found: Found): void {
  if (step.keys.length > MAX_DEPTH) return
  for (const [key, tree] of Object.entries(step.foreign)) {
    if (found.size >= MAX_FIELDS) return
    if (key === '.' || !isTree(tree) || (step.keys.length === 0 && OUTSIDE.has(key))) continue
    const child = childOfKey(step.value, key)
    if (child === undefined) continue
    const keys = [...step.keys, key]
    collectChild({ ...step, foreign: tree, ours: below(step.ours, key), ...child, keys }, found)
  }
}

/** Decides about one field: ours, theirs as a whole, or to be looked into. */
function collectChild(step: Step & { readonly name: string }, found: Found): void {
  const path = step.path + jsonPointer(step.name)
  // Who names a field inside of ours tells that it is none that is owned as a whole: ours is what an apiserver leaves of a map
  // without a schema when others took each of its fields, or one that we wrote empty.
  if (isLeaf(step.foreign) && step.ours.some(isLeaf)) return
  if (step.ours.length === 0 && (isLeaf(step.foreign) || Object.hasOwn(step.foreign, '.'))) {
    if (!found.has(path)) found.set(path, { path, manager: step.manager, keys: step.keys })
    return
  }
  collect({ ...step, path }, found)
}

function below(trees: readonly JsonObject[], key: string): readonly JsonObject[] {
  return trees.flatMap(tree => {
    const child = Object.hasOwn(tree, key) ? tree[key] : undefined
    return isTree(child) ? [child] : []
  })
}

/** Of two pointers into one list the higher index goes first, so that removing it does not move the other. */
function laterEntriesFirst(a: string, b: string): number {
  const left = a.split('/')
  const right = b.split('/')
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]]
    if (x === y) continue
    const byIndex = Number(y) - Number(x)
    return Number.isNaN(byIndex) ? (x < y ? -1 : 1) : byIndex
  }
  return right.length - left.length
}
