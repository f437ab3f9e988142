import { numberAt } from '../../object/field.ts'
import { aggregateCounters, type CounterStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { getSpecReplicas, reviseSpecReplicas } from '../replica-workload.ts'

const STATUS: CounterStatus = {
  counters: ['replicas', 'readyReplicas', 'availableReplicas'],
  required: ['replicas'],
}

/** @source spec/behaviour/status.md §3-5 */
export const replicaSet: KindInterpreter = {
  gvk: { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  getReplicas: getSpecReplicas,
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed => reflectCounters(observed, STATUS),
  isHealthy: observed =>
    hasObservedLatest(observed) &&
    (numberAt(observed, 'status', 'availableReplicas') ?? 0) >= (numberAt(observed, 'spec', 'replicas') ?? 0),
  aggregateStatus: (template, items) => aggregateCounters(template, items, STATUS),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}
