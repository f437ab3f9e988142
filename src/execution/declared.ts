import { deepEqual } from '../object/equality.ts'
import { pointerNames } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'

/**
 * Whether a field of an observed object is one that we declare as well, for example since its kind retains what the
 * member decided. List entries correspond when they are equal or have the same name.
 *
 * @param pointer JSON pointer into `observed`
 * @source design.md, rules of writing 4, 5
 */
export function isDeclared(desired: KubeObject, observed: KubeObject, pointer: string): boolean {
  let wanted: unknown = desired
  let found: unknown = observed
  for (const name of pointerNames(pointer)) {
    const next = Array.isArray(found) ? entryOf(wanted, found[Number(name)]) : memberOf(wanted, name)
    if (next === undefined) return false
    wanted = next
    found = Array.isArray(found) ? found[Number(name)] : memberOf(found, name)
  }
  return true
}

function memberOf(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function entryOf(list: unknown, wanted: unknown): unknown {
  if (!Array.isArray(list)) return undefined
  return list.find(entry => isSameEntry(entry, wanted))
}

/** What tells entries of the built-in lists apart that have no name: ports, mounts, addresses, tolerations. */
const KEYS = ['port', 'containerPort', 'protocol', 'mountPath', 'devicePath', 'ip', 'key', 'type', 'topologyKey']

/** Whether two list entries are about the same thing: equal, of one name, or nameless with the same keys. */
export function isSameEntry(a: unknown, b: unknown): boolean {
  if (deepEqual(a, b)) return true
  const [left, right] = [memberOf(a, 'name'), memberOf(b, 'name')]
  if (left !== undefined || right !== undefined) return left === right
  const keys = KEYS.filter(key => memberOf(a, key) !== undefined || memberOf(b, key) !== undefined)
  return keys.length > 0 && keys.every(key => memberOf(a, key) === memberOf(b, key))
}
