import { listAt, numberAt, objectAt, stringAt, valueAt, withValueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { sumMaps } from '../../member-statuses.ts'
import { toComponent } from '../../pod-groups.ts'

const COUNTERS = ['restarts', 'restartsCountTowardsMax']
const JOB_COUNTERS = ['ready', 'succeeded', 'failed', 'active', 'suspended']
const ANY_OF = ['Failed', 'StartupPolicyInProgress']
const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name'

/** @source JobSet documentation, "API reference" */
export const jobSet: KindInterpreter = {
  gvk: { group: 'jobset.x-k8s.io', version: 'v1alpha2', kind: 'JobSet' },
  getComponents: template =>
    jobsOf(template).map(job =>
      toComponent({
        name: stringAt(job, 'name') ?? '',
        replicas: replicasOf(job) * (numberAt(job, 'template', 'spec', 'parallelism') ?? 1),
        podTemplate: valueAt(job, 'template', 'spec', 'template'),
      }),
    ),
  retain,
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items)),
  getDependencies,
}

function jobsOf(template: KubeObject): readonly unknown[] {
  return listAt(template, 'spec', 'replicatedJobs')
}

function replicasOf(job: unknown): number {
  return numberAt(job, 'replicas') ?? 1
}

/** In a member with a queue, the queue there decides when it starts. */
function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  const suspend = valueAt(observed, 'spec', 'suspend')
  const isQueued = stringAt(desired, 'metadata', 'labels', QUEUE_LABEL) !== undefined
  return isQueued && suspend !== undefined ? withValueAt(desired, ['spec', 'suspend'], suspend) : desired
}

/** It has completed, all its Jobs are ready or done, or it waits as it was told to. */
function isHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  if (isConditionTrueIn(status, 'Failed')) return false
  if (isConditionTrueIn(status, 'Completed')) return true
  if (valueAt(observed, 'spec', 'suspend') === true) return isConditionTrueIn(status, 'Suspended')
  const statuses = listAt(status, 'replicatedJobsStatus')
  return jobsOf(observed).every(job => {
    const found = statuses.find(each => stringAt(each, 'name') === stringAt(job, 'name'))
    return (numberAt(found, 'ready') ?? 0) + (numberAt(found, 'succeeded') ?? 0) >= replicasOf(job)
  })
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  const isFailed = items.some(item => isConditionTrueIn(item.status, 'Failed'))
  const isComplete = items.length > 0 && items.every(item => isConditionTrueIn(item.status, 'Completed'))
  return {
    ...sumCounters(items, COUNTERS),
    conditions: mergeConditions(items, { anyOf: ANY_OF }),
    replicatedJobsStatus: sumJobs(items),
    terminalState: isFailed ? 'Failed' : isComplete ? 'Completed' : '',
  }
}

function sumJobs(items: readonly AggregatedStatusItem[]): readonly JsonObject[] {
  const statuses = items.flatMap(item => listAt(item.status, 'replicatedJobsStatus'))
  const names = new Set(statuses.flatMap(each => stringAt(each, 'name') ?? []))
  const none = Object.fromEntries(JOB_COUNTERS.map(name => [name, 0]))
  return [...names].map(name => {
    const ofName = statuses.filter(each => stringAt(each, 'name') === name).map(each => objectAt({ each }, 'each'))
    const { name: _, ...sums } = sumMaps(ofName)
    return { name, ...none, ...sums }
  })
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  const podTemplates = jobsOf(template).map(job => valueAt(job, 'template', 'spec', 'template'))
  return mergeDependencies(podTemplates.flatMap(each => podDependencies(each, namespace)))
}
