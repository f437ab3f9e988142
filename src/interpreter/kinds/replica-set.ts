import { numberAt } from '../../object/field.ts'
import { aggregateCounters, type CounterStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { getSpecReplicas, reviseSpecReplicas } from '../replica-workload.ts'
import { withTroubles } from '../workload-troubles.ts'

// Karmada leaves out the Pods whose labels are right; kstatus takes a ReplicaSet without them for one that is not there yet.
const STATUS: CounterStatus = {
  counters: ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
  required: ['replicas'],
}

/** @source spec/behaviour/status.md §3-5 */
export const replicaSet: KindInterpreter = {
  gvk: { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  getReplicas: getSpecReplicas,
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed => withTroubles(reflectCounters(observed, STATUS), observed),
  isHealthy: observed =>
    hasObservedLatest(observed) &&
    (numberAt(observed, 'status', 'availableReplicas') ?? 0) >= (numberAt(observed, 'spec', 'replicas') ?? 0),
  aggregateStatus: (template, items) => aggregateCounters(template, items, STATUS),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}
