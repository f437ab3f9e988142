import { numberAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { aggregateCounters, type CounterStatus, reflectCounters } from '../counters.ts'
import { hasObservedLatest } from '../generation.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { statefulDependencies } from '../pod-dependencies.ts'
import { getSpecReplicas, reviseSpecReplicas } from '../replica-workload.ts'

// Karmada reflects no observedGeneration here and compares the wrong two numbers, so a template's hardly ever
// advances. We reflect it, always, and take its absence as a status that Karmada's agent wrote.
const STATUS: CounterStatus = {
  counters: ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
  required: ['replicas', 'availableReplicas'],
  observedGenerationWhenAbsent: 'unknown',
}

/** @source spec/behaviour/status.md §3-5 */
export const statefulSet: KindInterpreter = {
  gvk: { group: 'apps', version: 'v1', kind: 'StatefulSet' },
  getReplicas: getSpecReplicas,
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed => reflectCounters(observed, STATUS),
  isHealthy: observed => hasObservedLatest(observed) && isRolledOut(observed),
  aggregateStatus: (template, items) => aggregateCounters(template, items, STATUS),
  getDependencies: statefulDependencies,
}

function isRolledOut(observed: KubeObject): boolean {
  const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
  const updated = count('updatedReplicas')
  return updated >= (numberAt(observed, 'spec', 'replicas') ?? 0) && count('availableReplicas') >= updated
}
