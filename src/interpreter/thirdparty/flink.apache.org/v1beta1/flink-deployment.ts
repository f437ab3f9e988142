import { numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { scalarText } from '../../../../object/raw-json.ts'
import { mergeStatus } from '../../../counters.ts'
import { aggregateObservedGeneration } from '../../../generation.ts'
import type { AggregatedStatusItem, KindInterpreter, Replicas } from '../../../kind-interpreter.ts'
import { toMebibytes } from '../../jvm-memory.ts'
import { agreedFields, decisiveItem, decisiveState, reflectFields, type StateOrder } from '../../member-statuses.ts'
import { largestRequirements, type PodGroup, toComponent } from '../../pod-groups.ts'

const FIELDS = [
  ...['jobStatus', 'error', 'lifecycleState', 'jobManagerDeploymentStatus', 'observedGeneration', 'taskManager'],
  'clusterInfo',
]
const JOB: StateOrder = {
  path: ['jobStatus', 'state'],
  states: [
    ...['FAILED', 'FAILING', 'CANCELED', 'CANCELLING', 'SUSPENDED', 'RESTARTING', 'RECONCILING', 'INITIALIZING'],
    ...['CREATED', '', 'RUNNING', 'FINISHED'],
  ],
}
const LIFECYCLE: StateOrder = {
  path: ['lifecycleState'],
  states: ['FAILED', 'ROLLING_BACK', 'ROLLED_BACK', 'SUSPENDED', 'UPGRADING', '', 'CREATED', 'DEPLOYED', 'STABLE'],
}
const JOB_MANAGER: StateOrder = {
  path: ['jobManagerDeploymentStatus'],
  states: ['ERROR', 'MISSING', '', 'DEPLOYING', 'DEPLOYED_NOT_READY', 'READY'],
}

/** @source spec/behaviour/status.md §6.2; Flink Kubernetes Operator documentation, "FlinkDeployment Reference" */
export const flinkDeployment: KindInterpreter = {
  gvk: { group: 'flink.apache.org', version: 'v1beta1', kind: 'FlinkDeployment' },
  getReplicas,
  getComponents: template => podGroups(template).map(toComponent),
  reflectStatus: observed => reflectFields(observed, FIELDS),
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(template, items)),
}

function getReplicas(template: KubeObject): Replicas {
  const groups = podGroups(template)
  const replicas = groups.reduce((sum, group) => sum + group.replicas, 0)
  const requirements = largestRequirements(groups.map(group => group.podTemplate))
  return requirements === undefined ? { replicas } : { replicas, requirements }
}

function podGroups(template: KubeObject): readonly PodGroup[] {
  const managers = numberAt(template, 'spec', 'jobManager', 'replicas') ?? 1
  return [
    { name: 'jobmanager', replicas: managers, podTemplate: podTemplateOf(template, 'jobManager') },
    { name: 'taskmanager', replicas: taskManagers(template), podTemplate: podTemplateOf(template, 'taskManager') },
  ]
}

/** Without a number there are as many as the parallelism of the job needs, by the slots that each has. */
function taskManagers(template: KubeObject): number {
  const told = numberAt(template, 'spec', 'taskManager', 'replicas')
  if (told !== undefined) return told
  const slots = Number(scalarText(valueAt(template, 'spec', 'flinkConfiguration', 'taskmanager.numberOfTaskSlots')))
  const parallelism = numberAt(template, 'spec', 'job', 'parallelism') ?? 0
  return Math.ceil(parallelism / Math.max(slots || 1, 1))
}

/** The resources of a role beside what its pod template, or that of both roles, says of nodes. */
function podTemplateOf(template: KubeObject, role: string): JsonObject {
  const spec =
    objectAt(template, 'spec', role, 'podTemplate', 'spec') ?? objectAt(template, 'spec', 'podTemplate', 'spec')
  const cpu = valueAt(template, 'spec', role, 'resource', 'cpu')
  const memory = toMebibytes(valueAt(template, 'spec', role, 'resource', 'memory'))
  const requests = {
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory: `${memory}Mi` }),
  }
  return { spec: { ...spec, containers: [{ resources: { requests } }] } }
}

/** It serves: the job manager is ready, and the job, if there is one, runs or has finished. */
function isHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  if (['FAILED', 'ROLLING_BACK', 'ROLLED_BACK'].includes(stringAt(status, 'lifecycleState') ?? '')) return false
  const state = stringAt(status, 'jobStatus', 'state') ?? ''
  const hasJob = objectAt(observed, 'spec', 'job') !== undefined
  if (hasJob && state === 'FINISHED') return true
  return stringAt(status, 'jobManagerDeploymentStatus') === 'READY' && (!hasJob || state === 'RUNNING')
}

function mergedStatus(template: KubeObject, items: readonly AggregatedStatusItem[]): JsonObject {
  const replicas = items.reduce((sum, item) => sum + (numberAt(item.status, 'taskManager', 'replicas') ?? 0), 0)
  return {
    ...agreedFields(items, ['clusterInfo']),
    jobStatus: objectAt(decisiveItem(items, JOB)?.status, 'jobStatus'),
    lifecycleState: decisiveState(items, LIFECYCLE),
    jobManagerDeploymentStatus: decisiveState(items, JOB_MANAGER),
    error: joinErrors(items),
    taskManager: { labelSelector: labelSelectorOf(items), replicas },
    observedGeneration: aggregateObservedGeneration(template, items),
  }
}

function labelSelectorOf(items: readonly AggregatedStatusItem[]): string {
  return items.flatMap(item => stringAt(item.status, 'taskManager', 'labelSelector') ?? [])[0] ?? ''
}

function joinErrors(items: readonly AggregatedStatusItem[]): string {
  return items
    .flatMap(({ clusterName, status }) => {
      const error = stringAt(status, 'error') ?? ''
      return error === '' ? [] : [`${clusterName}: ${error}`]
    })
    .join('; ')
}
