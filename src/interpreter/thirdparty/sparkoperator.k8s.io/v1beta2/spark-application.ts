import type { Component } from '../../../../api/generated/resource-binding.ts'
import { numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { toMebibytes } from '../../jvm-memory.ts'
import {
  agreedFields,
  decisiveItem,
  latestAt,
  latestOnceAll,
  reflectFields,
  type StateOrder,
} from '../../member-statuses.ts'
import { toComponent } from '../../pod-groups.ts'

const ATTEMPTS = ['submissionAttempts', 'executionAttempts']
const AGREED = ['sparkApplicationId', 'submissionID', 'driverInfo']
const TIMES = ['lastSubmissionAttemptTime', 'terminationTime']
const STATES: StateOrder = {
  path: ['applicationState', 'state'],
  states: [
    ...['FAILED', 'SUBMISSION_FAILED', 'FAILING', 'PENDING_RERUN', 'INVALIDATING', 'UNKNOWN', 'SUSPENDING'],
    ...['SUSPENDED', 'RESUMING', '', 'SUBMITTED', 'RUNNING', 'SUCCEEDING', 'COMPLETED'],
  ],
}
const HEALTHY = ['RUNNING', 'SUCCEEDING', 'COMPLETED']
/** What Spark adds to the memory of a container, unless told otherwise: a share of it, and at least so many mebibytes. */
const OVERHEAD = { jvm: 0.1, other: 0.4, least: 384 }
const DEFAULT_MEMORY = 1024

/** @source spec/behaviour/status.md §6.2; Spark Operator documentation, "SparkApplication" */
export const sparkApplication: KindInterpreter = {
  gvk: { group: 'sparkoperator.k8s.io', version: 'v1beta2', kind: 'SparkApplication' },
  getComponents,
  reflectStatus: observed =>
    reflectFields(observed, ['applicationState', 'executorState', ...ATTEMPTS, ...AGREED, ...TIMES]),
  isHealthy,
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items), ['driverInfo']),
}

function getComponents(template: KubeObject): readonly Component[] {
  const role = (name: string): PodRole => ({
    application: objectAt(template, 'spec'),
    role: objectAt(template, 'spec', name),
  })
  const executors = numberAt(template, 'spec', 'executor', 'instances') ?? 1
  return [
    toComponent({ name: 'driver', replicas: 1, podTemplate: podTemplateOf(role('driver')) }),
    toComponent({ name: 'executor', replicas: executors, podTemplate: podTemplateOf(role('executor')) }),
  ]
}

interface PodRole {
  readonly application: JsonObject | undefined
  readonly role: JsonObject | undefined
}

/** The pod that Spark makes of a role, as far as scheduling goes. */
function podTemplateOf({ application, role }: PodRole): JsonObject {
  const gpu = stringAt(role, 'gpu', 'name')
  const requests = {
    cpu: stringAt(role, 'coreRequest') ?? String(numberAt(role, 'cores') ?? 1),
    memory: `${memoryOf({ application, role })}Mi`,
    ...(gpu !== undefined && { [gpu]: numberAt(role, 'gpu', 'quantity') ?? 0 }),
  }
  return {
    spec: {
      containers: [{ resources: { requests } }],
      nodeSelector: objectAt(role, 'nodeSelector') ?? objectAt(application, 'nodeSelector'),
      tolerations: valueAt(role, 'tolerations'),
      affinity: valueAt(role, 'affinity'),
      priorityClassName:
        stringAt(role, 'priorityClassName') ?? stringAt(application, 'batchSchedulerOptions', 'priorityClassName'),
    },
  }
}

function memoryOf({ application, role }: PodRole): number {
  const memory = toMebibytes(valueAt(role, 'memory'), 'm') ?? DEFAULT_MEMORY
  const isJvm = ['Java', 'Scala'].includes(stringAt(application, 'type') ?? '')
  const told = Number.parseFloat(stringAt(application, 'memoryOverheadFactor') ?? '')
  const factor = Number.isNaN(told) ? (isJvm ? OVERHEAD.jvm : OVERHEAD.other) : told
  const overhead = toMebibytes(valueAt(role, 'memoryOverhead'), 'm')
  return memory + (overhead ?? Math.max(Math.ceil(memory * factor), OVERHEAD.least))
}

function isHealthy(observed: KubeObject): boolean {
  const state = stringAt(observed, 'status', 'applicationState', 'state') ?? ''
  return HEALTHY.includes(state) || (state === 'SUSPENDED' && valueAt(observed, 'spec', 'suspend') === true)
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  const agreed = agreedFields(items, AGREED)
  return {
    ...agreed,
    ...sumCounters(items, ATTEMPTS),
    driverInfo: agreed['driverInfo'] ?? {},
    applicationState: objectAt(decisiveItem(items, STATES)?.status, 'applicationState'),
    executorState: Object.fromEntries(items.flatMap(executorsOf)),
    lastSubmissionAttemptTime: latestAt(items, 'lastSubmissionAttemptTime'),
    terminationTime: latestOnceAll(items, 'terminationTime'),
  }
}

/** Executors of two clusters may have the same name. */
function executorsOf({ clusterName, status }: AggregatedStatusItem): [string, unknown][] {
  return Object.entries(objectAt(status, 'executorState') ?? {}).map(([name, state]) => [
    `${clusterName}/${name}`,
    state,
  ])
}
