import { listAt, numberAt, objectAt, withValueAt } from '../../object/field.ts'
import { sumCounters } from '../counters.ts'
import { goStruct } from '../go-json.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { mergeConditions } from '../member-conditions.ts'

/**
 * Besides what Karmada has, the conditions: they alone tell an autoscaler that gets no metrics from one that works.
 *
 * @source spec/behaviour/status.md §3, §4; Kubernetes API reference: HorizontalPodAutoscalerConditionType
 */
export const horizontalPodAutoscaler: KindInterpreter = {
  gvk: { group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' },
  reflectStatus: observed => {
    const status = objectAt(observed, 'status')
    return (
      status &&
      goStruct(
        {
          currentReplicas: numberAt(status, 'currentReplicas') ?? 0,
          desiredReplicas: numberAt(status, 'desiredReplicas') ?? 0,
          conditions: listAt(status, 'conditions'),
        },
        ['desiredReplicas'],
      )
    )
  },
  aggregateStatus: (template, items) => {
    const sums = sumCounters(items, ['currentReplicas', 'desiredReplicas'])
    // The Go type has no omitempty here: the apiserver returns null, and so must we to see that nothing changed.
    const conditions = mergeConditions(items, { anyOf: ['ScalingLimited'] }).map(condition => goStruct(condition))
    const status = { ...sums, currentMetrics: null, conditions }
    return withValueAt(template, ['status'], goStruct(status, ['desiredReplicas', 'currentMetrics']))
  },
}
