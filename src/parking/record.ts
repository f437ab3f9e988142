import { ANNOTATION } from '../api/names.ts'
import { type FieldPath, objectAt, omitFields, valueAt, withoutValueAt, withValueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { fieldName, type Mechanism, mechanismsOf, parkableKind } from './mechanisms.ts'

/** What the record says of a field: the user's own value; null when there was none. */
type OwnValues = Readonly<Record<string, unknown>>

/** Longer ones were not written by us. */
const MOST_CHARACTERS = 1_000

/**
 * Reads the record of parked fields. It is an annotation, so anybody may have written it: what cannot be read counts as
 * no record.
 */
export function readRecord(object: KubeObject): OwnValues {
  const text = object.metadata.annotations?.[ANNOTATION.parkedFields]
  if (text === undefined || text.length > MOST_CHARACTERS) return {}
  try {
    const parsed: unknown = JSON.parse(text)
    return isJsonObject(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

/**
 * An object without what parks it: each field has the user's own value again.
 *
 * Guarantees: idempotent; gives the same object when nothing parks it; touches no field but those that park its kind.
 *
 * @source design.md §3
 */
export function unparked(object: KubeObject): KubeObject {
  const kind = parkableKind(object)
  if (kind === undefined) return object
  const record = readRecord(object)
  return mechanismsOf(kind).reduce(
    (restored, mechanism) => restore(restored, mechanism, record[fieldName(mechanism)]),
    object,
  )
}

/** @returns whether a field has the value that parks. */
export function isParkedBy(object: KubeObject, mechanism: Mechanism): boolean {
  const value = valueAt(object, ...mechanism.path)
  switch (mechanism.type) {
    case 'scalar':
      return value === mechanism.value
    case 'entry':
      return isJsonObject(value) && Object.hasOwn(value, mechanism.key)
    case 'gate':
      return gatesAt(object, mechanism.path).some(gate => isGate(gate, mechanism.name))
  }
}

/** @returns the gates in a list of a pod's spec; empty where there is none. */
export function gatesAt(object: KubeObject, path: FieldPath): readonly unknown[] {
  const value = valueAt(object, ...path)
  return Array.isArray(value) ? value : []
}

function isGate(gate: unknown, name: string): boolean {
  return valueAt(gate, 'name') === name
}

function restore(object: KubeObject, mechanism: Mechanism, own: unknown): KubeObject {
  if (!isParkedBy(object, mechanism)) return object
  switch (mechanism.type) {
    case 'scalar':
      return restoreScalar(object, mechanism.path, own)
    case 'entry': {
      const rest = omitFields(objectAt(object, ...mechanism.path) ?? {}, [mechanism.key])
      return Object.keys(rest).length === 0 && !isJsonObject(own)
        ? without(object, mechanism.path)
        : withValueAt(object, mechanism.path, rest)
    }
    case 'gate': {
      const rest = gatesAt(object, mechanism.path).filter(gate => !isGate(gate, mechanism.name))
      return rest.length === 0 ? without(object, mechanism.path) : withValueAt(object, mechanism.path, rest)
    }
  }
}

/** Without a record the value is the user's own: nobody else could have meant it. */
function restoreScalar(object: KubeObject, path: FieldPath, own: unknown): KubeObject {
  if (own === undefined) return object
  return own === null || typeof own === 'object' ? without(object, path) : withValueAt(object, path, own)
}

function without(object: KubeObject, [first, second, ...rest]: FieldPath): KubeObject {
  return second === undefined ? object : withoutValueAt(object, [first, second, ...rest])
}
