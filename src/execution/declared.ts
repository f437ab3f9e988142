import { deepEqual, isSubset } from '../object/equality.ts'
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
const KEYS = [
  'port',
  'containerPort',
  'protocol',
  'mountPath',
  'devicePath',
  'ip',
  'key',
  'type',
  'topologyKey',
  'whenUnsatisfiable',
]
/** What tells entries apart whose name is that of something else: mounts of one volume. */
const PLACES = ['mountPath', 'devicePath']

/** Whether two list entries are about the same thing: equal, of one name in the same place, or nameless with the same keys. */
export function isSameEntry(a: unknown, b: unknown): boolean {
  if (deepEqual(a, b)) return true
  const [left, right] = [childOf(a, 'name'), childOf(b, 'name')]
  const agrees = (key: string): boolean => childOf(a, key) === childOf(b, key)
  if (left !== undefined || right !== undefined) return left === right && PLACES.every(agrees)
  const keys = KEYS.filter(key => childOf(a, key) !== undefined || childOf(b, key) !== undefined)
  return keys.length > 0 && keys.every(agrees)
}

/** @returns for each declared entry the index of the observed one, none of them twice; undefined when one has none. */
export function placesOf(declared: readonly unknown[], observed: readonly unknown[]): readonly number[] | undefined {
  const places: number[] = []
  for (const entry of declared) {
    const isMatch = (other: unknown): boolean => isSameEntry(entry, other) || isSubset(entry, other)
    const place = observed.findIndex((other, index) => !places.includes(index) && isMatch(other))
    if (place < 0) return undefined
    places.push(place)
  }
  return places
}
