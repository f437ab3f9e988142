import { numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { addQuantities, formatQuantity, tryParseQuantity } from '../../../../object/quantity.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { decisiveItem, decisiveState, latestAt, type StateOrder } from '../../member-statuses.ts'
import { rayComponents } from '../../ray-cluster-spec.ts'

const COUNTERS = [
  ...['readyWorkerReplicas', 'availableWorkerReplicas', 'desiredWorkerReplicas'],
  ...['minWorkerReplicas', 'maxWorkerReplicas'],
]
const QUANTITIES = ['desiredCPU', 'desiredMemory', 'desiredGPU', 'desiredTPU']
const STATES: StateOrder = { path: ['state'], states: ['failed', '', 'suspended', 'ready'] }
const ANY_OF = ['ReplicaFailure', 'RayClusterSuspending']
/** No limit, in Ray's words. Sums of it must not leave the range of the schema. */
const MAX_INT32 = 2_147_483_647

/** @source spec/behaviour/status.md §6.2; KubeRay documentation, "RayCluster" */
export const rayCluster: KindInterpreter = {
  gvk: { group: 'ray.io', version: 'v1', kind: 'RayCluster' },
  getComponents: template => rayComponents(objectAt(template, 'spec')),
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items), COUNTERS),
}

function isHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  const state = stringAt(status, 'state')
  if (state === 'failed' || isConditionTrueIn(status, 'ReplicaFailure')) return false
  if (valueAt(observed, 'spec', 'suspend') === true) return state === 'suspended'
  return state === 'ready' || isConditionTrueIn(status, 'RayClusterProvisioned')
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  return {
    ...within(sumCounters(items, COUNTERS)),
    ...Object.fromEntries(QUANTITIES.map(name => [name, sumQuantities(items, name)])),
    state: decisiveState(items, STATES),
    reason: stringAt(decisiveItem(items, STATES)?.status, 'reason'),
    conditions: mergeConditions(items, { anyOf: ANY_OF }),
    lastUpdateTime: latestAt(items, 'lastUpdateTime'),
  }
}

function within(counters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(counters).map(name => [name, Math.min(numberAt(counters, name) ?? 0, MAX_INT32)]),
  )
}

function sumQuantities(items: readonly AggregatedStatusItem[], name: string): string | undefined {
  const quantities = items.flatMap(item => {
    const value = valueAt(item.status, name)
    return typeof value === 'string' || typeof value === 'number' ? (tryParseQuantity(value) ?? []) : []
  })
  return quantities.length === 0 ? undefined : formatQuantity(quantities.reduce((a, b) => addQuantities(a, b)))
}
