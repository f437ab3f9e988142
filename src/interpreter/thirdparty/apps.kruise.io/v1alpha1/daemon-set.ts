import { numberAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { hasObservedLatest } from '../../../generation.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { templateDependencies } from '../../../pod-dependencies.ts'
import { aggregateKruise, heldBack, isUpdatePaused, type KruiseStatus, reflectKruise } from '../../kruise-workload.ts'

const STATUS: KruiseStatus = {
  counters: [
    ...['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'],
    ...['updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'],
  ],
  agreed: ['daemonSetHash'],
  required: ['daemonSetHash'],
}

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "Advanced DaemonSet" */
export const advancedDaemonSet: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1alpha1', kind: 'DaemonSet' },
  reflectStatus: observed => reflectKruise(observed, STATUS),
  isHealthy: observed => hasObservedLatest(observed) && isRolledOut(observed),
  aggregateStatus: (template, items) => aggregateKruise(template, items, STATUS),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

function isRolledOut(observed: KubeObject): boolean {
  const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
  const desired = count('desiredNumberScheduled')
  const isUpdated = isUpdatePaused(observed) || count('updatedNumberScheduled') >= desired - heldBack(observed, desired)
  return isUpdated && count('numberAvailable') >= desired
}
