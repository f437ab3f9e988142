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
  const name = memberOf(wanted, 'name')
  return list.find(entry => deepEqual(entry, wanted) || (name !== undefined && memberOf(entry, 'name') === name))
}
