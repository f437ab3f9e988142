import { isJsonObject } from '../../object/raw-json.ts'

/**
 * Lua has one sort of table, so an empty one may have been an object or a list. Where one of the inputs has something empty
 * in the same place, that tells which; anywhere else an empty table is left out.
 *
 * @param references objects that the script was given, the nearest first
 * @source spec/behaviour/status.md §6.1 "Empty tables"
 */
export function restoreEmpty(value: unknown, references: readonly unknown[]): unknown {
  if (isEmptyTable(value)) return references.find(isEmpty)
  if (Array.isArray(value))
    return value.map((element, index) => restoreEmpty(element, partOf(references, index)) ?? element)
  if (!isJsonObject(value)) return value
  const fields = Object.entries(value).map(
    ([name, field]) => [name, restoreEmpty(field, partOf(references, name))] as const,
  )
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined))
}

function partOf(references: readonly unknown[], key: string | number): readonly unknown[] {
  return references.flatMap(reference => {
    if (Array.isArray(reference)) return typeof key === 'number' ? [reference[key]] : []
    return isJsonObject(reference) && Object.hasOwn(reference, key) ? [reference[key]] : []
  })
}

function isEmptyTable(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}

function isEmpty(value: unknown): boolean {
  return isEmptyTable(value) || (isJsonObject(value) && Object.keys(value).length === 0)
}
