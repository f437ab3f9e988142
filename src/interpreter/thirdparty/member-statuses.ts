import { canonicalJson } from '../../object/digest.ts'
import { definedFields, numberAt, objectAt, stringAt, valueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { reflectGenerations } from '../generation.ts'
import type { AggregatedStatusItem } from '../kind-interpreter.ts'
import { earliest, latest } from '../timestamps.ts'

/** @returns the named fields of a member's status with its generations; undefined when it has no status yet. */
export function reflectFields(observed: KubeObject, fields: readonly string[]): JsonObject | undefined {
  const status = objectAt(observed, 'status')
  if (status === undefined) return undefined
  const picked = Object.fromEntries(fields.map(field => [field, valueAt(status, field)]))
  return definedFields({ ...picked, ...reflectGenerations(observed) })
}

/** @returns those of the named fields in which all clusters that report a status agree; the others as undefined. */
export function agreedFields(items: readonly AggregatedStatusItem[], fields: readonly string[]): JsonObject {
  const statuses = items.flatMap(item => item.status ?? [])
  const agreed = (field: string): unknown => {
    const values = new Set(statuses.map(status => canonicalJson(valueAt(status, field) ?? null)))
    return values.size === 1 ? valueAt(statuses[0], field) : undefined
  }
  return Object.fromEntries(fields.map(field => [field, agreed(field)]))
}

/** @returns the earliest start of all clusters; undefined while none has started. */
export function earliestAt(items: readonly AggregatedStatusItem[], field: string): string | undefined {
  return earliest(timesAt(items, field))
}

/** @returns the latest of all clusters. */
export function latestAt(items: readonly AggregatedStatusItem[], field: string): string | undefined {
  return latest(timesAt(items, field))
}

/** @returns the latest of all clusters, once each of them has one: when the last has ended. */
export function latestOnceAll(items: readonly AggregatedStatusItem[], field: string): string | undefined {
  return timesAt(items, field).length === items.length ? latestAt(items, field) : undefined
}

function timesAt(items: readonly AggregatedStatusItem[], field: string): readonly string[] {
  return items.flatMap(item => stringAt(item.status, field) ?? [])
}

/** A state that each cluster reports as one word. */
export interface StateOrder {
  readonly path: readonly string[]
  /** The one that stands for all comes first. '' is that of a cluster that reports none of them; it may be left out: last. */
  readonly states: readonly string[]
}

/** @returns the report of the cluster whose state stands for all; undefined without clusters. */
export function decisiveItem(
  items: readonly AggregatedStatusItem[],
  { path, states }: StateOrder,
): AggregatedStatusItem | undefined {
  const rank = (item: AggregatedStatusItem): number => {
    const known = states.indexOf(stringAt(item.status, ...path) ?? '')
    const found = known < 0 ? states.indexOf('') : known
    return found < 0 ? states.length : found
  }
  return items.toSorted((a, b) => rank(a) - rank(b))[0]
}

/** @returns the state that stands for all clusters. */
export function decisiveState(items: readonly AggregatedStatusItem[], order: StateOrder): string | undefined {
  return stringAt(decisiveItem(items, order)?.status, ...order.path)
}

/** @returns counters by name, such as those of each group of pods, summed over all clusters. */
export function sumMaps(maps: readonly (JsonObject | undefined)[]): JsonObject {
  const names = new Set(maps.flatMap(map => Object.keys(map ?? {})))
  const sum = (name: string): number => maps.reduce((total, map) => total + (numberAt(map, name) ?? 0), 0)
  return Object.fromEntries([...names].map(name => [name, sum(name)]))
}
