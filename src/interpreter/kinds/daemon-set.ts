import { numberAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { aggregateCounters, type CounterStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'

const STATUS: CounterStatus = {
  counters: [
    'currentNumberScheduled',
    'numberMisscheduled',
    'desiredNumberScheduled',
    'numberReady',
    'updatedNumberScheduled',
    'numberAvailable',
    'numberUnavailable',
  ],
  required: ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'],
}

/** @source spec/behaviour/status.md §3-5 */
export const daemonSet: KindInterpreter = {
  gvk: { group: 'apps', version: 'v1', kind: 'DaemonSet' },
  reflectStatus: observed => reflectCounters(observed, STATUS),
  isHealthy: observed => hasObservedLatest(observed) && isRolledOut(observed),
  aggregateStatus: (template, items) => aggregateCounters(template, items, STATUS),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

function isRolledOut(observed: KubeObject): boolean {
  const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
  const updated = count('updatedNumberScheduled')
  return updated >= count('desiredNumberScheduled') && count('numberAvailable') >= updated
}
