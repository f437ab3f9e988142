import { deepEqual } from '../object/equality.ts'
import { childOf, jsonPointer, pointerNames } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'

/**
 * Whether a field of an observed object is one that we declare as well, for example since its kind retains what the
 * member decided. List entries correspond when they are equal or have the same name.
 *
 * @param pointer JSON pointer into `observed`
 * @source design.md, rules of writing 4, 5
 */
export function isDeclared(desired: KubeObject, observed: KubeObject, pointer: string): boolean {
  return declaredPointer(desired, observed, pointer) !== undefined
}

/**
 * Where a field of an observed object stands in what we declare, by the correspondence of {@link isDeclared}.
 *
 * @returns a JSON pointer into `desired`; undefined when it is not declared.
 */
export function declaredPointer(desired: KubeObject, observed: KubeObject, pointer: string): string | undefined {
  let wanted: unknown = desired
  let found: unknown = observed
  const names: string[] = []
  for (const name of pointerNames(pointer)) {
    const below = childOf(found, name)
    const place = Array.isArray(found) ? placeOf(wanted, below) : name
    wanted = childOf(wanted, place)
    if (wanted === undefined) return undefined
    names.push(place)
    found = below
  }
  return jsonPointer(...names)
}

/** @returns the index of the corresponding entry as a name; '-1' where there is none. */
function placeOf(list: unknown, wanted: unknown): string {
  return String(Array.isArray(list) ? list.findIndex(entry => isSameEntry(entry, wanted)) : -1)
}

/** What tells entries of the built-in lists apart that have no name: ports, mounts, addresses, tolerations. */
const KEYS = ['port', 'containerPort', 'protocol', 'mountPath', 'devicePath', 'ip', 'key', 'type', 'topologyKey']

/** Whether two list entries are about the same thing: equal, of one name, or nameless with the same keys. */
export function isSameEntry(a: unknown, b: unknown): boolean {
  if (deepEqual(a, b)) return true
  const [left, right] = [childOf(a, 'name'), childOf(b, 'name')]
  if (left !== undefined || right !== undefined) return left === right
  const keys = KEYS.filter(key => childOf(a, key) !== undefined || childOf(b, key) !== undefined)
  return keys.length > 0 && keys.every(key => childOf(a, key) === childOf(b, key))
}
