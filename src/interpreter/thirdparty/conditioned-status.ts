import { objectAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { mergeStatus } from '../counters.ts'
import { aggregateObservedGeneration, hasObservedLatest } from '../generation.ts'
import type { AggregatedStatusItem } from '../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../member-conditions.ts'
import { agreedFields } from './member-statuses.ts'

/** A status that says by conditions how the object is, and of which generation it speaks. */
export interface ConditionedStatus {
  /** Fields beside the conditions: on the template as long as all clusters agree. */
  readonly agreed: readonly string[]
  /** See ConditionMerge. */
  readonly anyOf?: readonly string[]
  /** Whether each condition tells its generation too. */
  readonly describesGeneration?: boolean
}

/** Whether the controller has seen the latest spec and says Ready of it. */
export function isReadyNow(observed: KubeObject): boolean {
  return hasObservedLatest(observed) && isConditionTrueIn(objectAt(observed, 'status'), 'Ready')
}

/** One status of all clusters, which speaks of the template's latest generation once all of them do. */
export function aggregateConditioned(
  template: KubeObject,
  items: readonly AggregatedStatusItem[],
  { agreed, anyOf = [], describesGeneration = false }: ConditionedStatus,
): KubeObject {
  const observedGeneration = aggregateObservedGeneration(template, items)
  const conditions = mergeConditions(items, { anyOf, ...(describesGeneration && { observedGeneration }) })
  return mergeStatus(template, { ...agreedFields(items, agreed), conditions, observedGeneration })
}
