import { isJsonObject } from './raw-json.ts'

/** JSON in which integers are bigints, as readers of YAML give them. @returns the same with numbers, raw JSON beyond 2^53. */
export function fromBigIntegers(value: unknown): unknown {
  if (typeof value === 'bigint') return integerOf(value)
  if (Array.isArray(value)) return value.map(fromBigIntegers)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromBigIntegers(member)]))
}

/** JSON with raw numbers. @returns the same with bigints for them, which writers of YAML know. */
export function toBigIntegers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toBigIntegers)
  if (JSON.isRawJSON(value)) return BigInt(value.rawJSON)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toBigIntegers(member)]))
}

/** @returns a number as JSON has it here: raw where a double does not hold it. */
export function integerOf(value: bigint): unknown {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : JSON.rawJSON(value.toString())
}

/**
 * A value that went through something which knows doubles only, with the digits that were there before: an integer beyond 2^53
 * that stands where a reference has one that rounds to the same double is that of the reference. Of lists, too, the place counts.
 *
 * @param references what was handed over, the nearest first
 * @returns the same value when nothing was restored.
 */
export function restoreDigits(value: unknown, references: readonly unknown[]): unknown {
  return references.some(hasRaw) ? restore(value, references) : value
}

function restore(value: unknown, references: readonly unknown[]): unknown {
  if (typeof value === 'number') return rawOf(value, references) ?? value
  if (Array.isArray(value)) return value.map((element, index) => restore(element, partsOf(references, index)))
  if (!isJsonObject(value) || references.length === 0) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, restore(member, partsOf(references, name))]),
  )
}

function rawOf(value: number, references: readonly unknown[]): unknown {
  if (Number.isSafeInteger(value)) return undefined
  return references.find(reference => JSON.isRawJSON(reference) && Number(reference.rawJSON) === value)
}

function partsOf(references: readonly unknown[], key: string | number): readonly unknown[] {
  return references.flatMap(reference => {
    if (Array.isArray(reference)) return typeof key === 'number' && key in reference ? [reference[key]] : []
    return isJsonObject(reference) && Object.hasOwn(reference, key) ? [reference[key]] : []
  })
}

function hasRaw(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return JSON.isRawJSON(value) || Object.values(value).some(hasRaw)
}
