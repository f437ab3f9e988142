import type { JsonObject, KubeObject } from './kube-object.ts'
import { isJsonObject } from './raw-json.ts'

/** A path of field names into a JSON object, at least one long. */
export type FieldPath = readonly [string, ...string[]]

/** @returns what stands at a path, own fields only (a label may be called `constructor`); undefined where the path ends early. */
export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value = root
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** @returns the JSON object at a path; undefined for anything else. */
export function objectAt(root: unknown, ...path: readonly string[]): JsonObject | undefined {
  const value = valueAt(root, ...path)
  return isJsonObject(value) ? value : undefined
}

/** @returns the list at a path; empty for anything else. */
export function listAt(root: unknown, ...path: readonly string[]): readonly unknown[] {
  const value = valueAt(root, ...path)
  return Array.isArray(value) ? value : []
}

/** @returns the string at a path; undefined for anything else. */
export function stringAt(root: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(root, ...path)
  return typeof value === 'string' ? value : undefined
}

/** @returns the number at a path; undefined for anything else, raw JSON numbers (beyond 2^53) included. */
export function numberAt(root: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(root, ...path)
  return typeof value === 'number' ? value : undefined
}

/** @returns the members of the object at a path that are strings: labels, annotations, selectors. Empty for anything else. */
export function stringsAt(root: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(root, ...path) ?? {})
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** @returns a copy with `value` at a path; objects on the way are made where they lack, everything else is shared. */
export function withValueAt(root: KubeObject, path: FieldPath, value: unknown): KubeObject {
  const [first, ...rest] = path
  return { ...root, [first]: putAt(root[first], rest, value) }
}

/** @returns a copy without the field at a path (inside a top-level object); the same object when it is not there. */
export function withoutValueAt(root: KubeObject, path: readonly [string, string, ...string[]]): KubeObject {
  const [first, ...rest] = path
  const parentPath: FieldPath = [first, ...rest.slice(0, -1)]
  const parent = objectAt(root, ...parentPath)
  const name = rest.at(-1)
  if (parent === undefined || name === undefined || !Object.hasOwn(parent, name)) return root
  return withValueAt(root, parentPath, omitFields(parent, [name]))
}

/** A JSON object or a map of strings, by member. */
type Members<V> = { readonly [name: string]: V }

/** @returns a copy without the named members; the same object when it has none of them. A `__proto__` member survives. */
export function omitFields<V>(object: Members<V>, names: readonly string[]): Members<V> {
  if (!names.some(name => Object.hasOwn(object, name))) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

/** @returns those members of an object that are not undefined. */
export function definedFields(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

function putAt(current: unknown, path: readonly string[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  const parent = isJsonObject(current) ? current : {}
  return { ...parent, [first]: putAt(valueAt(parent, first), rest, value) }
}
