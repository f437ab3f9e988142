import {
  milliUnits,
  type Quantity,
  type QuantityText,
  subtractQuantities,
  tryParseQuantity,
  wholeUnits,
  ZERO,
} from '../../object/quantity.ts'
import type { ResourceSummary } from '../placement.ts'

/** Quantities by resource name, as an object holds them. */
export type ResourceList = Readonly<Record<string, QuantityText>>

/** Amounts by resource name in the unit that is counted in: thousandths for CPU, whole units for everything else. */
export type Amounts = ReadonlyMap<string, number>

/** What a requirement asks for: resources with an amount above zero. What is no quantity counts as nothing: an estimate must not fail. */
export function requestedAmounts(list: ResourceList | undefined): Amounts {
  const amounts = new Map<string, number>()
  for (const [resource, text] of Object.entries(list ?? {})) {
    const amount = countedAmount(resource, text)
    if (amount > 0) amounts.set(resource, amount)
  }
  return amounts
}

/**
 * What is free of a resource in the whole cluster: allocatable − allocated − allocating.
 *
 * @returns undefined when the cluster has no such resource; negative when more is asked for than there is.
 */
export function freeAmount(summary: ResourceSummary, resource: string): number | undefined {
  const allocatable = summary.allocatable?.[resource]
  if (allocatable === undefined) return undefined
  const [allocated = 0, allocating = 0] = [summary.allocated?.[resource], summary.allocating?.[resource]]
  const unit = resource === 'cpu' ? MILLIS : WHOLES
  const free = wholeCount(allocatable, unit) - wholeCount(allocated, unit) - wholeCount(allocating, unit)
  if (!Number.isNaN(free)) return free
  return countedUnits(resource, subtract(subtract(parse(allocatable), parse(allocated)), parse(allocating)))
}

/** An amount in the unit that is counted in, rounded up. */
export function countedAmount(resource: string, text: QuantityText): number {
  const count = wholeCount(text, resource === 'cpu' ? MILLIS : WHOLES)
  return Number.isNaN(count) ? countedUnits(resource, parse(text)) : count
}

/** What a suffix multiplies by, where the product is whole. */
const WHOLES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
])
const MILLIS: ReadonlyMap<string, number> = new Map([
  ['', 1000],
  ['m', 1],
])
const ZERO_CHAR = 48
/** More digits are left to the exact way, whatever the suffix. */
const MAX_DIGITS = 12

/**
 * The fast way to read what clusters report: thousands of them are looked at for one binding, nearly all with whole numbers.
 *
 * @returns NaN for anything else, which is to be read exactly.
 */
function wholeCount(text: QuantityText, factors: ReadonlyMap<string, number>): number {
  if (typeof text === 'number') return Number.isSafeInteger(text) ? safe(text * (factors.get('') ?? 1)) : Number.NaN
  let count = 0
  let digits = 0
  for (; digits < text.length; digits++) {
    const digit = text.charCodeAt(digits) - ZERO_CHAR
    if (digit < 0 || digit > 9) break
    count = count * 10 + digit
  }
  if (digits === 0 || digits > MAX_DIGITS) return Number.NaN
  return safe(count * (factors.get(digits === text.length ? '' : text.slice(digits)) ?? Number.NaN))
}

function safe(count: number): number {
  return Number.isSafeInteger(count) ? count : Number.NaN
}

function countedUnits(resource: string, quantity: Quantity): number {
  return resource === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity)
}

function subtract(amount: Quantity, part: Quantity): Quantity {
  return part.nanos === 0n ? amount : subtractQuantities(amount, part)
}

function parse(text: QuantityText): Quantity {
  return tryParseQuantity(text) ?? ZERO
}
