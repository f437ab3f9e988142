import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { decisiveItem, reflectFields, type StateOrder, sumMaps } from '../../member-statuses.ts'
import { toComponent } from '../../pod-groups.ts'

const COUNTERS = ['minAvailable', 'pending', 'running', 'succeeded', 'failed', 'terminating', 'unknown', 'retryCount']
const STATES: StateOrder = {
  path: ['state', 'phase'],
  states: [
    ...['Failed', 'Terminated', 'Terminating', 'Aborted', 'Aborting', 'Restarting', '', 'Pending'],
    ...['Running', 'Completing', 'Completed'],
  ],
}
const HEALTHY = ['Running', 'Completing', 'Completed']

/** @source spec/behaviour/status.md §6.2; Volcano documentation, "VolcanoJob" */
export const volcanoJob: KindInterpreter = {
  gvk: { group: 'batch.volcano.sh', version: 'v1alpha1', kind: 'Job' },
  getComponents: template =>
    listAt(template, 'spec', 'tasks').map((task, index) =>
      toComponent({
        name: stringAt(task, 'name') ?? `default${index}`,
        replicas: numberAt(task, 'replicas') ?? 0,
        podTemplate: valueAt(task, 'template'),
      }),
    ),
  reflectStatus: observed => reflectFields(observed, [...COUNTERS, 'state', 'taskStatusCount']),
  isHealthy: observed => HEALTHY.includes(stringAt(observed, 'status', 'state', 'phase') ?? ''),
  aggregateStatus: (template, items) =>
    mergeStatus(template, {
      ...sumCounters(items, COUNTERS),
      state: objectAt(decisiveItem(items, STATES)?.status, 'state'),
      taskStatusCount: sumTasks(items),
    }),
}

/** How many pods of each task are in each phase. */
function sumTasks(items: readonly AggregatedStatusItem[]): JsonObject {
  const counts = items.map(item => objectAt(item.status, 'taskStatusCount'))
  const tasks = new Set(counts.flatMap(each => Object.keys(each ?? {})))
  return Object.fromEntries(
    [...tasks].map(task => [task, { phase: sumMaps(counts.map(each => objectAt(each, task, 'phase'))) }]),
  )
}
