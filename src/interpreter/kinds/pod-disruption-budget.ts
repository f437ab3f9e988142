import { listAt, numberAt, objectAt, stringAt } from '../../object/field.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergeStatus, readCounters, sumCounters } from '../counters.ts'
import { goStruct } from '../go-json.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'
import { mergeConditions } from '../member-conditions.ts'

/** All without `omitempty` in the Go type. */
const COUNTERS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

/**
 * Besides what Karmada has, the condition: Argo CD waits for it.
 *
 * @source spec/behaviour/status.md §3-5; Kubernetes API reference: PodDisruptionBudgetStatus
 */
export const podDisruptionBudget: KindInterpreter = {
  gvk: { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  reflectStatus: observed => {
    const status = objectAt(observed, 'status')
    if (status === undefined) return undefined
    const disruptedPods = objectAt(status, 'disruptedPods')
    const conditions = listAt(status, 'conditions')
    return goStruct({ ...readCounters(status, COUNTERS), disruptedPods, conditions }, COUNTERS)
  },
  isHealthy: observed => {
    const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
    return count('currentHealthy') >= count('desiredHealthy')
  },
  aggregateStatus: (template, items) => {
    const disruptedPods = Object.fromEntries(items.flatMap(podsOf))
    const conditions = conditionsOf(items)
    const members = { ...sumCounters(items, COUNTERS), disruptedPods, ...(conditions.length > 0 && { conditions }) }
    return mergeStatus(template, members, COUNTERS)
  },
}

/** A disruption is allowed where one cluster allows it, as the counters have it, unless one cannot tell. */
function conditionsOf(items: readonly AggregatedStatusItem[]): readonly JsonObject[] {
  const lost = items.filter(({ status }) =>
    listAt(status, 'conditions').some(condition => stringAt(condition, 'reason') === 'SyncFailed'),
  )
  return lost.length > 0 ? mergeConditions(lost) : mergeConditions(items, { anyOf: ['DisruptionAllowed'] })
}

/** Pods of several clusters may share a name. */
function podsOf({ clusterName, status }: AggregatedStatusItem): readonly [string, unknown][] {
  const pods: JsonObject = objectAt(status, 'disruptedPods') ?? {}
  return Object.entries(pods).map(([name, since]) => [`${clusterName}/${name}`, since])
}
