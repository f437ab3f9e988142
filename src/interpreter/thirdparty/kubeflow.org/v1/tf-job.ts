import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { aggregateTraining, isTrainingHealthy, trainingComponents, trainingDependencies } from '../../training-job.ts'

const ROLES = 'tfReplicaSpecs'

/** @source spec/behaviour/status.md §6.2; Kubeflow documentation, "TFJob" */
export const tfJob: KindInterpreter = {
  gvk: { group: 'kubeflow.org', version: 'v1', kind: 'TFJob' },
  getComponents: template => trainingComponents(template, ROLES),
  isHealthy: isTrainingHealthy,
  aggregateStatus: aggregateTraining,
  getDependencies: template => trainingDependencies(template, ROLES),
}
