import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  type Quantity,
  tryParseQuantity,
  ZERO,
} from '../../object/quantity.ts'

/** Quantities by resource name, parsed. None is negative. */
export type Amounts = Readonly<Record<string, Quantity>>

/** As the API writes amounts: `{cpu: '4', memory: '8Gi'}`. */
export type ResourceList = Readonly<Record<string, string | number>>

/** What a member tells is untrusted: more or longer entries than any real list has are left out. */
const MAX_NAMES = 256
const MAX_NAME_LENGTH = 253
const MAX_TEXT_LENGTH = 64

/** Reads a resource list of a member; whatever is no quantity is left out. */
export function readAmounts(list: unknown): Amounts {
  if (typeof list !== 'object' || list === null) return {}
  const entries = Object.entries(list).slice(0, MAX_NAMES)
  return Object.fromEntries(
    entries.flatMap(([name, text]) => {
      const quantity = name.length <= MAX_NAME_LENGTH ? readQuantity(text) : undefined
      return quantity === undefined ? [] : [[name, quantity] as const]
    }),
  )
}

function readQuantity(text: unknown): Quantity | undefined {
  if (typeof text !== 'number' && (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH)) return undefined
  const quantity = tryParseQuantity(text)
  return quantity !== undefined && quantity.nanos >= 0n ? quantity : undefined
}

/** The sum by name, each in the notation of the first that is not zero. */
export function sumAmounts(list: Iterable<Amounts>): Amounts {
  const sums = new Map<string, Quantity>()
  for (const amounts of list) {
    for (const name of Object.keys(amounts)) {
      if (sums.has(name) || sums.size < MAX_NAMES) {
        sums.set(name, addQuantities(sums.get(name) ?? ZERO, amounts[name] ?? ZERO))
      }
    }
  }
  return Object.fromEntries(sums)
}

/** By name the larger of both. */
export function maxAmounts(a: Amounts, b: Amounts): Amounts {
  const larger = Object.entries(b).filter(([name, quantity]) => compareQuantities(quantity, a[name] ?? ZERO) > 0)
  return larger.length === 0 ? a : { ...a, ...Object.fromEntries(larger) }
}

/** As the API writes it, names sorted so that equal sums are equal text. */
export function formatAmounts(amounts: Amounts): ResourceList {
  const names = Object.keys(amounts).sort()
  return Object.fromEntries(names.map(name => [name, formatQuantity(amounts[name] ?? ZERO)]))
}
