import { objectAt, valueAt } from '../../object/field.ts'
import type { Gvk } from '../../object/gvk.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergeStatus } from '../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../member-conditions.ts'
import { reflectFields } from './member-statuses.ts'

/** What follows from the spec alone, so that any cluster can tell it; the schema asks for it. */
const DERIVED = ['autogen', 'rulecount', 'validatingadmissionpolicy']

/**
 * A policy of either scope: the two differ in nothing else.
 *
 * @source spec/behaviour/status.md §6.2; Kyverno documentation, "Policy"
 */
export function kyvernoPolicy(gvk: Gvk): KindInterpreter {
  return {
    gvk,
    reflectStatus: observed => reflectFields(observed, ['conditions', 'ready', ...DERIVED]),
    isHealthy: observed => isReady(objectAt(observed, 'status')),
    aggregateStatus: (template, items) => {
      const first = items.map(item => item.status).find(status => status !== undefined)
      return first === undefined ? template : mergeStatus(template, mergedStatus(first, items), ['ready', ...DERIVED])
    },
  }
}

/** Older versions have the flag only. */
function isReady(status: JsonObject | undefined): boolean {
  return isConditionTrueIn(status, 'Ready') || valueAt(status, 'ready') === true
}

function mergedStatus(first: JsonObject, items: readonly AggregatedStatusItem[]): JsonObject {
  const derived = Object.fromEntries(DERIVED.map(field => [field, valueAt(first, field)]))
  const hasFlag = items.some(item => valueAt(item.status, 'ready') !== undefined)
  return {
    ...derived,
    conditions: mergeConditions(items),
    ready: hasFlag ? items.every(item => isReady(item.status)) : undefined,
  }
}
