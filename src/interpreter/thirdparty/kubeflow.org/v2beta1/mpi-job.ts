import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { reflectFields } from '../../member-statuses.ts'
import { aggregateTraining, isTrainingHealthy, trainingComponents } from '../../training-job.ts'

const FIELDS = ['conditions', 'replicaStatuses', 'startTime', 'completionTime', 'lastReconcileTime']

/** @source spec/behaviour/status.md §6.2; Kubeflow documentation, "MPIJob" */
export const mpiJob: KindInterpreter = {
  gvk: { group: 'kubeflow.org', version: 'v2beta1', kind: 'MPIJob' },
  getComponents: template => trainingComponents(template, 'mpiReplicaSpecs'),
  reflectStatus: observed => reflectFields(observed, FIELDS),
  isHealthy: isTrainingHealthy,
  aggregateStatus: aggregateTraining,
}
