import { numberAt, objectAt, withValueAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { aggregateObservedGeneration, reflectGenerations } from './generation.ts'
import { goStruct } from './go-json.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'

/** A status that is a set of numbers, and what Go does with those that are zero. */
export interface CounterStatus {
  readonly counters: readonly string[]
  /** Counters without `omitempty` in the kind's Go type: written even when zero. */
  readonly required: readonly string[]
  /** See aggregateObservedGeneration. */
  readonly observedGenerationWhenAbsent?: 'unobserved' | 'unknown'
}

/** @returns the counters of a member's status with its generations; undefined when it has no status yet. */
export function reflectCounters(observed: KubeObject, schema: CounterStatus): JsonObject | undefined {
  const status = objectAt(observed, 'status')
  if (status === undefined) return undefined
  const alwaysObserved = schema.observedGenerationWhenAbsent === 'unknown'
  return goStruct(
    {
      ...readCounters(status, schema.counters),
      observedGeneration: numberAt(status, 'observedGeneration') ?? 0,
      ...reflectGenerations(observed),
    },
    alwaysObserved ? [...schema.required, 'observedGeneration'] : schema.required,
  )
}

/** @returns the template with the counters summed over all clusters; what else its status holds stays. */
export function aggregateCounters(
  template: KubeObject,
  items: readonly AggregatedStatusItem[],
  schema: CounterStatus,
): KubeObject {
  const { counters, required, observedGenerationWhenAbsent } = schema
  const observedGeneration = aggregateObservedGeneration(template, items, observedGenerationWhenAbsent)
  return mergeStatus(template, { ...sumCounters(items, counters), observedGeneration }, required)
}

/** @returns each counter summed over all clusters that report a status. */
export function sumCounters(items: readonly AggregatedStatusItem[], counters: readonly string[]): JsonObject {
  const sum = (name: string): number => items.reduce((total, item) => total + (numberAt(item.status, name) ?? 0), 0)
  return Object.fromEntries(counters.map(name => [name, sum(name)]))
}

/** @returns each counter of a status, 0 where it lacks. */
export function readCounters(status: JsonObject, counters: readonly string[]): JsonObject {
  return Object.fromEntries(counters.map(name => [name, numberAt(status, name) ?? 0]))
}

/** @returns the template with `members` in its status, as Go writes them; all others stay. */
export function mergeStatus(template: KubeObject, members: JsonObject, required: readonly string[] = []): KubeObject {
  const others = Object.entries(objectAt(template, 'status') ?? {}).filter(([name]) => !Object.hasOwn(members, name))
  return withValueAt(template, ['status'], { ...Object.fromEntries(others), ...goStruct(members, required) })
}
