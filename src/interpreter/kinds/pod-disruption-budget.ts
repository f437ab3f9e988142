import { numberAt, objectAt } from '../../object/field.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergeStatus, readCounters, sumCounters } from '../counters.ts'
import { goStruct } from '../go-json.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'

/** All without `omitempty` in the Go type. */
const COUNTERS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods']

/** @source spec/behaviour/status.md §3-5 */
export const podDisruptionBudget: KindInterpreter = {
  gvk: { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' },
  reflectStatus: observed => {
    const status = objectAt(observed, 'status')
    if (status === undefined) return undefined
    const disruptedPods = objectAt(status, 'disruptedPods')
    return goStruct({ ...readCounters(status, COUNTERS), disruptedPods }, COUNTERS)
  },
  isHealthy: observed => {
    const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
    return count('currentHealthy') >= count('desiredHealthy')
  },
  aggregateStatus: (template, items) => {
    const counters = sumCounters(items, COUNTERS)
    return mergeStatus(template, { ...counters, disruptedPods: Object.fromEntries(items.flatMap(podsOf)) }, COUNTERS)
  },
}

/** Pods of several clusters may share a name. */
function podsOf({ clusterName, status }: AggregatedStatusItem): readonly [string, unknown][] {
  const pods: JsonObject = objectAt(status, 'disruptedPods') ?? {}
  return Object.entries(pods).map(([name, since]) => [`${clusterName}/${name}`, since])
}
