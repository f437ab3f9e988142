import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'

/**
 * Builds a status as Go's encoder writes the struct: members that are empty (undefined, 0, '', false, no elements) are
 * left out, except those without `omitempty`. An apiserver returns built-in kinds in this form, so a status in it can
 * be compared with what is there without ever writing twice.
 *
 * @param required names of the members that are written even when they are zero
 */
export function goStruct(members: JsonObject, required: readonly string[] = []): JsonObject {
  const kept = Object.entries(members).filter(
    ([name, value]) => value !== undefined && (required.includes(name) || !isEmpty(value)),
  )
  return Object.fromEntries(kept)
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  if (isJsonObject(value)) return Object.keys(value).length === 0
  return value === 0 || value === '' || value === false || value === null
}
