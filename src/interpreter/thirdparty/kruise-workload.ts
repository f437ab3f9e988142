import { definedFields, numberAt, objectAt, stringAt, valueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { scalarText } from '../../object/raw-json.ts'
import { aggregateCounters, mergeStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { AggregatedStatusItem, Replicas } from '../kind-interpreter.ts'
import { toReplicas } from '../replica-workload.ts'
import { agreedFields } from './member-statuses.ts'

/** What the status of a Kruise workload is made of. */
export interface KruiseStatus {
  readonly counters: readonly string[]
  /** Revisions and selectors: on the template as long as all clusters agree. */
  readonly agreed: readonly string[]
  /** Those of them that the kind's schema asks for: empty where clusters differ. */
  readonly required?: readonly string[]
}

/** Replicas of a workload with `spec.replicas`, which Kruise takes for 1 where it lacks. */
export function getKruiseReplicas(template: KubeObject): Replicas {
  return toReplicas(wantedReplicas(template), objectAt(template, 'spec', 'template'))
}

/** @returns the status that the host needs, with the generations; undefined when there is none yet. */
export function reflectKruise(observed: KubeObject, { counters, agreed }: KruiseStatus): JsonObject | undefined {
  const status = reflectCounters(observed, { counters, required: counters })
  const fields = Object.fromEntries(agreed.map(field => [field, valueAt(observed, 'status', field)]))
  return status && { ...status, ...definedFields(fields) }
}

/** Sums the counters over clusters. Kruise's schemas ask for most of them, so that they are written also when 0. */
export function aggregateKruise(
  template: KubeObject,
  items: readonly AggregatedStatusItem[],
  { counters, agreed, required = [] }: KruiseStatus,
): KubeObject {
  const counted = aggregateCounters(template, items, { counters, required: counters })
  return mergeStatus(
    counted,
    { ...agreedFields(items, agreed), ...emptyWhereUnknown(agreedFields(items, required)) },
    required,
  )
}

function emptyWhereUnknown(texts: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text ?? '']))
}

/** Whether a workload has updated as many pods as its update strategy lets it, and those that it wants serve. */
export function isKruiseRolledOut(observed: KubeObject, serving: 'availableReplicas' | 'readyReplicas'): boolean {
  const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
  const wanted = wantedReplicas(observed)
  const toUpdate = numberAt(observed, 'status', 'expectedUpdatedReplicas') ?? wanted - heldBack(observed, wanted)
  return hasObservedLatest(observed) && count('updatedReplicas') >= toUpdate && count(serving) >= wanted
}

/** How many pods the partition of a rolling update keeps at the old revision: a number, or a share of all. */
export function heldBack(observed: KubeObject, wanted: number): number {
  const strategy = objectAt(observed, 'spec', 'updateStrategy')
  const partition = valueAt(strategy, 'rollingUpdate', 'partition') ?? valueAt(strategy, 'partition') ?? 0
  if (typeof partition === 'number') return Math.min(partition, wanted)
  const percent = Number.parseInt(scalarText(partition), 10)
  return Number.isNaN(percent) ? 0 : Math.ceil((wanted * percent) / 100)
}

function wantedReplicas(object: KubeObject): number {
  return numberAt(object, 'spec', 'replicas') ?? 1
}

/** Whether the update strategy says to leave running pods alone. */
export function isUpdatePaused(observed: KubeObject): boolean {
  const strategy = objectAt(observed, 'spec', 'updateStrategy')
  return valueAt(strategy, 'paused') === true || ['NotUpdate', 'OnDelete'].includes(stringAt(strategy, 'type') ?? '')
}
