import { isDeepStrictEqual } from 'node:util'

/**
 * Whether two values are the same all the way down: of records the own fields count, whatever their names and order; lists are
 * compared by position.
 *
 * What members and users send is compared here, with fields called `constructor` or `__proto__` among it: no field is looked up
 * that is not the value's own.
 *
 * @param a JSON in memory, long integers (`JSON.rawJSON`) included; anything else is left to `isDeepStrictEqual`
 */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && areListsEqual(a, b)
  if (isRecord(a) && isRecord(b)) return areRecordsEqual(a, b)
  return isDeepStrictEqual(a, b)
}

function areListsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (!deepEqual(a[at], b[at])) return false
  return true
}

type Fields = Readonly<Record<string, unknown>>

function areRecordsEqual(a: Fields, b: Fields): boolean {
  const fields = Object.keys(a)
  if (fields.length !== Object.keys(b).length) return false
  for (const field of fields) if (!Object.hasOwn(b, field) || !deepEqual(a[field], b[field])) return false
  return true
}

function isRecord(value: object): value is Fields {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
