import { canonicalJson } from '../object/digest.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'

/** Whether an entry of `status.loadBalancer.ingress` can be reached. */
export function hasAddress(point: unknown): boolean {
  return Boolean(stringAt(point, 'ip')) || Boolean(stringAt(point, 'hostname'))
}

/**
 * The entry points of all clusters together: each once, by address and then by host name, so that the order in which
 * clusters report changes nothing.
 *
 * @returns a `status.loadBalancer`
 * @source spec/behaviour/status.md §3 rows Service and Ingress
 */
export function mergeIngress(items: readonly AggregatedStatusItem[]): JsonObject {
  const points = items.flatMap(item => listAt(item.status, 'loadBalancer', 'ingress'))
  const distinct = new Map(points.map(point => [canonicalJson(point), point]))
  const ingress = [...distinct].sort(([a], [b]) => compareText(a, b)).map(([, point]) => point)
  const sorted = ingress.toSorted((a, b) => compareText(addressOf(a), addressOf(b)))
  return sorted.length === 0 ? {} : { ingress: sorted }
}

function addressOf(point: unknown): string {
  return `${stringAt(point, 'ip') ?? ''}\n${stringAt(point, 'hostname') ?? ''}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
