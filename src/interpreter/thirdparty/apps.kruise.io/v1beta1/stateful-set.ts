import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { statefulDependencies } from '../../../pod-dependencies.ts'
import { reviseSpecReplicas } from '../../../replica-workload.ts'
import {
  aggregateKruise,
  getKruiseReplicas,
  isKruiseRolledOut,
  type KruiseStatus,
  reflectKruise,
} from '../../kruise-workload.ts'

const STATUS: KruiseStatus = {
  counters: [
    ...['replicas', 'readyReplicas', 'availableReplicas', 'currentReplicas', 'updatedReplicas'],
    ...['updatedReadyReplicas', 'updatedAvailableReplicas'],
  ],
  agreed: ['currentRevision', 'updateRevision', 'labelSelector'],
}

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "Advanced StatefulSet" */
export const advancedStatefulSet: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1beta1', kind: 'StatefulSet' },
  getReplicas: getKruiseReplicas,
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed => reflectKruise(observed, STATUS),
  isHealthy: observed => isKruiseRolledOut(observed, 'availableReplicas'),
  aggregateStatus: (template, items) => aggregateKruise(template, items, STATUS),
  getDependencies: statefulDependencies,
}
