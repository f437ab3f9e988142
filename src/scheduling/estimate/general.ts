import {
  milliUnits,
  type Quantity,
  type QuantityText,
  subtractQuantities,
  tryParseQuantity,
  wholeUnits,
  ZERO,
} from '../../object/quantity.ts'
import type { ReplicaRequirements, ResourceSummary } from '../placement.ts'

/** Quantities by resource name, as an object holds them. */
type ResourceList = Readonly<Record<string, QuantityText>>

/** More replicas than fit anywhere: "no limit known". */
export const UNLIMITED_REPLICAS = 2 ** 31 - 1

/**
 * How many more replicas a cluster takes by its resource summary, whatever its nodes look like.
 *
 * @returns 0 to {@link UNLIMITED_REPLICAS}; 0 without a summary.
 * @source spec/behaviour/scheduling.md §6.1 items 1-3 and 5
 */
export function estimateBySummary(
  summary: ResourceSummary | undefined,
  requirements: ReplicaRequirements | undefined,
): number {
  if (summary === undefined) return 0
  let fit = clamp(wholeUnits(freeOf(summary, 'pods')))
  for (const [resource, text] of Object.entries(requirements?.resourceRequest ?? {})) {
    if (fit === 0) return 0
    fit = Math.min(fit, fitting(summary, resource, parse(text)))
  }
  return fit
}

/** How many times `request` goes into what is free of a resource; CPU is counted in thousandths, others in whole units. */
function fitting(summary: ResourceSummary, resource: string, request: Quantity): number {
  if (request.nanos <= 0n) return UNLIMITED_REPLICAS
  if (quantityOf(summary.allocatable, resource) === undefined) return 0
  const free = freeOf(summary, resource)
  if (free.nanos <= 0n) return 0
  const units = resource === 'cpu' ? milliUnits : wholeUnits
  return clamp(Math.floor(units(free) / units(request)))
}

function freeOf(summary: ResourceSummary, resource: string): Quantity {
  const allocatable = quantityOf(summary.allocatable, resource) ?? ZERO
  const allocated = quantityOf(summary.allocated, resource) ?? ZERO
  const allocating = quantityOf(summary.allocating, resource) ?? ZERO
  return subtractQuantities(subtractQuantities(allocatable, allocated), allocating)
}

function quantityOf(list: ResourceList | undefined, resource: string): Quantity | undefined {
  const text = list?.[resource]
  return text === undefined ? undefined : parse(text)
}

/** What is no quantity counts as nothing: an estimate must not fail. */
function parse(text: QuantityText): Quantity {
  return tryParseQuantity(text) ?? ZERO
}

function clamp(count: number): number {
  return Math.min(Math.max(count, 0), UNLIMITED_REPLICAS)
}
