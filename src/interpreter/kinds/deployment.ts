import { LABEL } from '../../api/names.ts'
import { numberAt, objectAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { aggregateCounters, type CounterStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { getSpecReplicas, reviseSpecReplicas } from '../replica-workload.ts'
import { withTroubles } from '../workload-troubles.ts'

const STATUS: CounterStatus = {
  counters: ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'],
  required: [],
}

/** @source spec/behaviour/status.md §3-5, propagation.md §9.1 */
export const deployment: KindInterpreter = {
  gvk: { group: 'apps', version: 'v1', kind: 'Deployment' },
  getReplicas: getSpecReplicas,
  reviseReplicas: reviseSpecReplicas,
  retain: (desired, observed) => (retainsReplicas(desired) ? keepReplicas(desired, observed) : desired),
  reflectStatus: observed => withTroubles(reflectCounters(observed, STATUS), observed),
  isHealthy: observed => hasObservedLatest(observed) && isRolledOut(observed),
  aggregateStatus: (template, items) => aggregateCounters(template, items, STATUS),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

/** Whether the member scales the workload itself, by an autoscaler there. */
function retainsReplicas(desired: KubeObject): boolean {
  return stringAt(desired, 'metadata', 'labels', LABEL.retainReplicas) === 'true'
}

function keepReplicas(desired: KubeObject, observed: KubeObject): KubeObject {
  const replicas = numberAt(observed, 'spec', 'replicas')
  return replicas === undefined ? desired : withValueAt(desired, ['spec', 'replicas'], replicas)
}

function isRolledOut(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  const updated = numberAt(status, 'updatedReplicas') ?? 0
  const available = numberAt(status, 'availableReplicas') ?? 0
  return updated >= (numberAt(observed, 'spec', 'replicas') ?? 0) && available >= updated
}
