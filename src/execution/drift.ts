import type { ForeignField } from '../members/foreign-fields.ts'
import { deepEqual, findDifference } from '../object/equality.ts'
import { jsonPointer, pointerNames, valueAtPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { isSameEntry } from './declared.ts'

/** One field in which a member object is not as declared. */
export interface DriftedField {
  /** JSON pointer. */
  readonly path: string
  /** As JSON, cut short; absent when the field is not declared. */
  readonly wanted?: string
  /** As JSON, cut short; absent when the field is not there. */
  readonly found?: string
}

export const MOST_FIELDS = 10
const LONGEST_VALUE = 120
const HIDDEN = '(hidden)'
/** Below these a Secret has nothing that may be shown. */
const SECRET_FIELDS = ['data', 'stringData']

/**
 * In which fields a member object differs from what we declared: those that differ, then those that others added.
 *
 * Guarantees: at most {@link MOST_FIELDS}; no value of a Secret; nothing of labels, annotations and status.
 *
 * @param added JSON pointers of fields that others added
 * @source design.md, rules of writing 4
 */
export function listDrift(
  desired: KubeObject,
  observed: KubeObject,
  added: readonly string[],
): readonly DriftedField[] {
  const paths = [...new Set([...changedFields(desired, observed), ...added])].slice(0, MOST_FIELDS)
  return paths.map(path => {
    const show = isSecret(desired, path) ? hide : shorten
    const [wanted, found] = [show(valueAtPointer(desired, path)), show(valueAtPointer(observed, path))]
    return { path, ...(wanted !== undefined && { wanted }), ...(found !== undefined && { found }) }
  })
}

function changedFields(desired: KubeObject, observed: KubeObject): readonly string[] {
  const paths: string[] = []
  let wanted = desired
  while (paths.length < MOST_FIELDS) {
    const path = findDifference(withoutMetadata(wanted), withoutMetadata(observed))
    if (path === undefined || paths.includes(path)) break
    paths.push(path)
    wanted = withObservedValue(wanted, observed, path)
  }
  return paths
}

/** @returns one line for people, such as `/data/a: wanted "1", found "2"; /data/b: added`. */
export function formatDrift(fields: readonly DriftedField[]): string {
  return fields
    .map(({ path, wanted, found }) => {
      if (wanted === undefined) return `${path}: added ${found ?? ''}`.trim()
      return `${path}: wanted ${wanted}, found ${found ?? 'nothing'}`
    })
    .join('; ')
}

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

function withoutMetadata({ metadata: _metadata, ...rest }: KubeObject): unknown {
  return rest
}

/**
 * The fields of others that stand against what we declare: with another value, or where we declare nothing.
 *
 * @source design.md, rules of writing 4
 */
export function opposedFields(
  desired: KubeObject,
  observed: KubeObject,
  fields: readonly ForeignField[],
): readonly ForeignField[] {
  return fields.filter(({ path }) => !deepEqual(valueAtPointer(desired, path), valueAtPointer(observed, path)))
}

function isSecret({ kind, apiVersion }: KubeObject, path: string): boolean {
  return kind === 'Secret' && apiVersion === 'v1' && SECRET_FIELDS.some(name => path.startsWith(jsonPointer(name)))
}

function hide(value: unknown): string | undefined {
  return value === undefined ? undefined : HIDDEN
}

function shorten(value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`
}
