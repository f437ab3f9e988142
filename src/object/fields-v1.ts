import { jsonPointer, pointerNames } from './json-pointer.ts'
import type { JsonObject, KubeObject } from './kube-object.ts'

/**
 * Whether some field manager set a field of an object. What nobody set was put in by the apiserver itself when it stored the
 * object: by its allocators, its admission plugins, or the scheduler's binding.
 *
 * @param pointer JSON pointer into `object`; a field inside of one that is owned as a whole counts as set
 * @source Kubernetes server-side apply, fieldsV1
 */
export function isSetBySomebody(object: KubeObject, pointer: string): boolean {
  const names = pointerNames(pointer)
  return treesOf(object).some(tree => covers(tree, object, names))
}

/**
 * The same for a field inside of one that clients send empty when they have nothing to say (`resources: {}` of a container): there,
 * who owns the outer one has not set the inner one.
 */
export function isNamedBySomebody(object: KubeObject, pointer: string): boolean {
  const names = pointerNames(pointer)
  return treesOf(object).some(tree => covers(tree, object, names, false))
}

function treesOf({ metadata: { managedFields = [] } }: KubeObject): readonly JsonObject[] {
  return managedFields.flatMap(({ fieldsV1, subresource }) =>
    subresource !== 'status' && isTree(fieldsV1) && !isLeaf(fieldsV1) ? [fieldsV1] : [],
  )
}

function covers(
  ...[tree, value, [name, ...rest], asWhole = true]: readonly [
    tree: JsonObject,
    value: unknown,
    names: readonly string[],
    asWhole?: boolean,
  ]
): boolean {
  if (name === undefined) return true
  if (isLeaf(tree)) return asWhole
  return Object.entries(tree).some(([key, below]) => {
    const child = childOfKey(value, key)
    return child?.name === name && isTree(below) && covers(below, child.value, rest, asWhole)
  })
}

/**
 * Where the field stands that fieldsV1 names by the keys on the way down: entries of a list by their merge keys or values, so
 * that it is found again when they move.
 *
 * @returns a JSON pointer; undefined when the object has no such field.
 */
export function pointerOfKeys(object: KubeObject, keys: readonly string[]): string | undefined {
  let value: unknown = object
  const names: string[] = []
  for (const key of keys) {
    const child = childOfKey(value, key)
    if (child === undefined) return undefined
    value = child.value
    names.push(child.name)
  }
  return jsonPointer(...names)
}

/**
 * The fields that a set names and the object does not have: an applied value that says nothing (`hostNetwork: false`) stays in the
 * applier's set although an apiserver keeps no value of it, and leaves the set when somebody removes it.
 *
 * @param set fieldsV1, without metadata
 * @returns JSON pointers, at most {@link MAX_ABSENT}; nothing inside of values that are owned as a whole.
 */
export function absentFields(object: KubeObject, set: JsonObject): readonly string[] {
  const found: string[] = []
  collectAbsent({ tree: set, value: object }, [], found)
  return found
}

const MAX_ABSENT = 200
const MAX_DEPTH = 64

/** @param names the way down, of one list for all: each object that a watch tells is looked through, and nearly none has any. */
function collectAbsent({ tree, value }: Visit, names: string[], found: string[]): void {
  if (names.length > MAX_DEPTH) return
  for (const key in tree) {
    if (found.length >= MAX_ABSENT) return
    const below = tree[key]
    const child = childOfKey(value, key) ?? absentChild(key)
    if (child === undefined || !isTree(below)) continue
    names.push(child.name)
    if (!isLeaf(below)) collectAbsent({ tree: below, value: child.value }, names, found)
    else if (child.value === undefined) found.push(jsonPointer(...names))
    names.pop()
  }
}

interface Visit {
  readonly tree: JsonObject
  readonly value: unknown
}

/** Which entry of a list is not there, no pointer can say. */
function absentChild(key: string): { readonly value: undefined; readonly name: string } | undefined {
  return key.startsWith('f:') ? { value: undefined, name: key.slice(2) } : undefined
}

/** The value that a fieldsV1 key names, with its name in a JSON pointer; undefined when the object has no such value. */
export function childOfKey(
  value: unknown,
  key: string,
): { readonly value: unknown; readonly name: string } | undefined {
  const name = key.slice(2)
  if (key.startsWith('f:')) {
    return isTree(value) && Object.hasOwn(value, name) ? { value: value[name], name } : undefined
  }
  const index = Array.isArray(value) ? indexOf(value, key.slice(0, 2), name) : -1
  return index >= 0 && Array.isArray(value) ? { value: value[index], name: String(index) } : undefined
}

function indexOf(list: readonly unknown[], prefix: string, selector: string): number {
  const wanted = parse(selector)
  switch (prefix) {
    case 'k:':
      return isTree(wanted) ? indexOfKeys(list, Object.entries(wanted)) : -1
    case 'v:':
      return list.findIndex(entry => JSON.stringify(entry) === JSON.stringify(wanted))
    case 'i:':
      return typeof wanted === 'number' && wanted in list ? wanted : -1
    default:
      return -1
  }
}

/** Each object that a watch tells is looked through with it: no test of own fields, for what is inherited is no value of JSON. */
function indexOfKeys(list: readonly unknown[], keys: readonly (readonly [string, unknown])[]): number {
  return list.findIndex(entry => isTree(entry) && keys.every(([key, value]) => entry[key] === value))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A set of fields: fieldsV1 is one, and so is everything in it. */
export function isTree(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field that is owned as a whole. */
export function isLeaf(tree: JsonObject): boolean {
  for (const _key in tree) return false
  return true
}
