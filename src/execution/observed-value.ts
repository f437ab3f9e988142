import { pointerNames } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { isSameEntry } from './declared.ts'

/**
 * The manifest with the member's value in a field: what is left alone is declared as it is found.
 *
 * @param path JSON pointer into `observed`
 * @returns the same object when the field's parent is not declared.
 */
export function withObservedValue(desired: KubeObject, observed: KubeObject, path: string): KubeObject {
  const [name, ...rest] = pointerNames(path)
  if (name === undefined || !Object.hasOwn(observed, name)) return desired
  if (rest.length > 0 && !Object.hasOwn(desired, name)) return desired
  return { ...desired, [name]: replaceIn(desired[name], observed[name], rest) }
}

function replaceIn(wanted: unknown, found: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names
  if (name === undefined) return found
  if (Array.isArray(wanted) && Array.isArray(found)) return replaceEntry(wanted, found[Number(name)], rest)
  if (!isJsonObject(wanted) || !isJsonObject(found) || !Object.hasOwn(found, name)) return wanted
  if (rest.length > 0 && !Object.hasOwn(wanted, name)) return wanted
  return { ...wanted, [name]: replaceIn(wanted[name], found[name], rest) }
}

function replaceEntry(list: readonly unknown[], found: unknown, names: readonly string[]): readonly unknown[] {
  const index = list.findIndex(entry => isSameEntry(entry, found))
  if (index < 0) return names.length === 0 ? [...list, found] : list
  return list.with(index, replaceIn(list[index], found, names))
}

/**
 * The manifest with what others added in a member, where that may stay and a full update would remove it.
 *
 * @param path JSON pointer into `observed` of a field that is not declared; maps on the way to it are made where they lack
 */
export function withAddition(desired: KubeObject, observed: KubeObject, path: string): KubeObject {
  const [name = '', ...rest] = pointerNames(path)
  return { ...desired, [name]: addIn(desired[name], observed[name], rest) }
}

function addIn(wanted: unknown, found: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names
  if (name === undefined) return wanted === undefined ? found : wanted
  if (Array.isArray(found)) return addEntry(Array.isArray(wanted) ? wanted : [], found[Number(name)], rest)
  if (!isJsonObject(found) || !Object.hasOwn(found, name)) return wanted
  const members = isJsonObject(wanted) ? wanted : {}
  return { ...members, [name]: addIn(members[name], found[name], rest) }
}

function addEntry(list: readonly unknown[], found: unknown, names: readonly string[]): readonly unknown[] {
  const index = list.findIndex(entry => isSameEntry(entry, found))
  if (index < 0) return names.length === 0 ? [...list, found] : list
  return list.with(index, addIn(list[index], found, names))
}
