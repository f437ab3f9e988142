import { numberAt, objectAt, stringAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { mergeConditions } from '../../../member-conditions.ts'
import { toReplicas } from '../../../replica-workload.ts'
import { reflectFields } from '../../member-statuses.ts'

const FIELDS = ['conditions', 'readyReplicas', 'containerState']
const STOPPED = 'kubeflow-resource-stopped'

/** @source spec/behaviour/status.md §6.2; Kubeflow documentation, "Notebook" */
export const notebook: KindInterpreter = {
  gvk: { group: 'kubeflow.org', version: 'v1', kind: 'Notebook' },
  getReplicas: template => toReplicas(1, objectAt(template, 'spec', 'template')),
  reflectStatus: observed => reflectFields(observed, FIELDS),
  isHealthy: observed => isStopped(observed) || (numberAt(observed, 'status', 'readyReplicas') ?? 0) > 0,
  aggregateStatus: (template, items) =>
    mergeStatus(
      template,
      {
        ...sumCounters(items, ['readyReplicas']),
        conditions: mergeConditions(items),
        containerState: worstContainer(items),
      },
      FIELDS,
    ),
}

/** Whether its user, or a culler, has put it to sleep. */
function isStopped(observed: KubeObject): boolean {
  return stringAt(observed, 'metadata', 'annotations', STOPPED) !== undefined
}

/** The state of a container that does not run, if there is one; it has the reason. */
function worstContainer(items: readonly AggregatedStatusItem[]): object {
  const states = items.flatMap(item => objectAt(item.status, 'containerState') ?? [])
  return states.find(state => objectAt(state, 'running') === undefined) ?? states[0] ?? {}
}
