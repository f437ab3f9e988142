import { numberAt, objectAt, stringAt, withValueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { worstPhase } from '../../../phase.ts'
import { templateDependencies } from '../../../pod-dependencies.ts'
import { toReplicas } from '../../../replica-workload.ts'
import { earliestAt, latestOnceAll, reflectFields } from '../../member-statuses.ts'

const COUNTERS = ['active', 'succeeded', 'failed', 'desired']
const PHASES = { phases: ['failed', 'paused', 'running', 'completed'], withoutStatus: 'running' }
/** With these its controller marks the pods of one Job; they hold the UID that the Job has in the member. */
const POD_LABELS = ['broadcastjob-name', 'broadcastjob-controller-uid']

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "BroadcastJob" */
export const broadcastJob: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1alpha1', kind: 'BroadcastJob' },
  // Without a number, as well as with a percentage, each cluster has as many as it has nodes.
  getReplicas: template =>
    toReplicas(numberAt(template, 'spec', 'parallelism') ?? 0, objectAt(template, 'spec', 'template')),
  reviseReplicas: (template, replicas) =>
    numberAt(template, 'spec', 'parallelism') === undefined
      ? template
      : withValueAt(template, ['spec', 'parallelism'], replicas),
  retain,
  reflectStatus: observed =>
    reflectFields(observed, [...COUNTERS, 'phase', 'conditions', 'startTime', 'completionTime']),
  isHealthy: observed => isGoingWell(objectAt(observed, 'status')),
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items), [...COUNTERS, 'phase']),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  return POD_LABELS.reduce((object, name) => {
    const value = stringAt(observed, 'spec', 'template', 'metadata', 'labels', name)
    return value === undefined ? object : withValueAt(object, ['spec', 'template', 'metadata', 'labels', name], value)
  }, desired)
}

function isGoingWell(status: JsonObject | undefined): boolean {
  if (isConditionTrueIn(status, 'Failed')) return false
  return isConditionTrueIn(status, 'Complete') || ['running', 'completed'].includes(stringAt(status, 'phase') ?? '')
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  return {
    ...sumCounters(items, COUNTERS),
    phase: worstPhase(items, PHASES) ?? '',
    conditions: mergeConditions(items, { anyOf: ['Failed'] }),
    startTime: earliestAt(items, 'startTime'),
    completionTime: latestOnceAll(items, 'completionTime'),
  }
}
