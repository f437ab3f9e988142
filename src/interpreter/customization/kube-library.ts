import { addQuantities, formatQuantity, parseQuantity, type Quantity, ZERO } from '../../object/quantity.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { podDependencies } from '../pod-dependencies.ts'
import { REPLICA_REQUIREMENTS_READ, replicaRequirements } from '../pod-template.ts'
import type { ScriptLibrary } from './script-library.ts'

const NANOS_PER_UNIT = 1e9

/** What scripts of every language find under the name `kube`. @source spec/behaviour/status.md §6.1 */
export const KUBE_LIBRARY: ScriptLibrary = {
  resourceAdd: (...quantities) => formatQuantity(quantities.map(toQuantity).reduce(addQuantities, ZERO)),
  accuratePodRequirements: Object.assign(
    (podTemplate: unknown) => replicaRequirements(expectTable('accuratePodRequirements', podTemplate)) ?? {},
    { reads: REPLICA_REQUIREMENTS_READ },
  ),
  getPodDependencies: (podTemplate, namespace) =>
    podDependencies(expectTable('getPodDependencies', podTemplate), typeof namespace === 'string' ? namespace : ''),
  getResourceQuantity: quantity => toNumber(toQuantity(quantity)),
}

/** @throws RangeError for what is no quantity, a number among it: scripts add quantities as they stand in objects */
function toQuantity(value: unknown): Quantity {
  if (value === null || value === undefined) return ZERO
  if (typeof value !== 'string') throw new RangeError(`a quantity is a string, not a ${typeof value}`)
  return parseQuantity(value)
}

function toNumber({ nanos }: Quantity): number {
  if (nanos < 0n) throw new RangeError('the quantity is negative')
  return Number(nanos) / NANOS_PER_UNIT
}

function expectTable(name: string, value: unknown): object {
  if (!isJsonObject(value)) throw new TypeError(`${name} takes a pod template, which is a table`)
  return value
}
