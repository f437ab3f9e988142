import { objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { decisiveItem, decisiveState, earliestAt, latestOnceAll, type StateOrder } from '../../member-statuses.ts'
import { rayComponents, rayDependencies } from '../../ray-cluster-spec.ts'

const JOB: StateOrder = { path: ['jobStatus'], states: ['FAILED', 'STOPPED', 'PENDING', '', 'RUNNING', 'SUCCEEDED'] }
const DEPLOYMENT: StateOrder = {
  path: ['jobDeploymentStatus'],
  states: [
    ...['Failed', 'ValidationFailed', 'Suspending', 'Suspended', 'Retrying', 'Waiting', '', 'Initializing'],
    ...['Running', 'Complete'],
  ],
}

/** @source spec/behaviour/status.md §6.2; KubeRay documentation, "RayJob" */
export const rayJob: KindInterpreter = {
  gvk: { group: 'ray.io', version: 'v1', kind: 'RayJob' },
  getComponents: template => rayComponents(objectAt(template, 'spec', 'rayClusterSpec')),
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items)),
  getDependencies,
}

function isHealthy(observed: KubeObject): boolean {
  const jobStatus = stringAt(observed, 'status', 'jobStatus') ?? ''
  if (jobStatus === 'FAILED' || jobStatus === 'STOPPED') return false
  const deployment = stringAt(observed, 'status', 'jobDeploymentStatus') ?? ''
  if (valueAt(observed, 'spec', 'suspend') === true) return deployment === 'Suspended'
  return deployment === 'Running' || deployment === 'Complete'
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  const decisive = decisiveItem(items, DEPLOYMENT)?.status
  return {
    ...sumCounters(items, ['succeeded', 'failed']),
    jobStatus: decisiveState(items, JOB),
    jobDeploymentStatus: decisiveState(items, DEPLOYMENT),
    reason: stringAt(decisive, 'reason'),
    message: stringAt(decisive, 'message'),
    startTime: earliestAt(items, 'startTime'),
    endTime: latestOnceAll(items, 'endTime'),
  }
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies([
    ...rayDependencies(objectAt(template, 'spec', 'rayClusterSpec'), namespace),
    ...podDependencies(objectAt(template, 'spec', 'submitterPodTemplate'), namespace),
  ])
}
