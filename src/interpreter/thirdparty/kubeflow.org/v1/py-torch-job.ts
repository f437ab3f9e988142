import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { aggregateTraining, isTrainingHealthy, trainingComponents, trainingDependencies } from '../../training-job.ts'

const ROLES = 'pytorchReplicaSpecs'

/** @source spec/behaviour/status.md §6.2; Kubeflow documentation, "PyTorchJob" */
export const pyTorchJob: KindInterpreter = {
  gvk: { group: 'kubeflow.org', version: 'v1', kind: 'PyTorchJob' },
  getComponents: template => trainingComponents(template, ROLES),
  isHealthy: isTrainingHealthy,
  aggregateStatus: aggregateTraining,
  getDependencies: template => trainingDependencies(template, ROLES),
}
