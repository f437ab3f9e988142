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
    const amount = countedUnits(resource, parse(text))
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
  const allocatable = quantityOf(summary.allocatable, resource)
  if (allocatable === undefined) return undefined
  const allocated = quantityOf(summary.allocated, resource)
  const allocating = quantityOf(summary.allocating, resource)
  return countedUnits(resource, less(less(allocatable, allocated), allocating))
}

/** The lower bound of a resource in a grade, in the unit that is counted in. */
export function countedAmount(resource: string, text: QuantityText): number {
  return countedUnits(resource, parse(text))
}

function countedUnits(resource: string, quantity: Quantity): number {
  return resource === 'cpu' ? milliUnits(quantity) : wholeUnits(quantity)
}

function less(amount: Quantity, part: Quantity | undefined): Quantity {
  return part === undefined || part.nanos === 0n ? amount : subtractQuantities(amount, part)
}

function quantityOf(list: ResourceList | undefined, resource: string): Quantity | undefined {
  const text = list?.[resource]
  return text === undefined ? undefined : parse(text)
}

function parse(text: QuantityText): Quantity {
  return tryParseQuantity(text) ?? ZERO
}
