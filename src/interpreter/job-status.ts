import { listAt, numberAt, stringAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { sumCounters } from './counters.ts'
import { goStruct } from './go-json.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'
import { earliest, latest } from './timestamps.ts'

/** How the Jobs of all clusters stand together. 'failing': one has failed while others still run. */
type Outcome = 'running' | 'failing' | 'failed' | 'complete'

/** Whether a Job's status says that it has ended. */
export function isJobFinished(status: unknown): boolean {
  return hasCondition(status, 'Complete') || hasCondition(status, 'Failed')
}

/**
 * The status of a Job over all clusters, in a form that the apiserver's own rules for a Job's status let through:
 * counts never fall and the start never moves; `Failed` stands beside `FailureTarget` and waits until nothing runs any
 * more; `Complete` stands beside `SuccessCriteriaMet` and has a completion time. Conditions carry the time at which the
 * last member reported, so that the same reports give the same status.
 *
 * @source spec/behaviour/status.md §3 row Job and its last paragraph
 */
export function aggregateJobStatus(template: KubeObject, items: readonly AggregatedStatusItem[]): JsonObject {
  const previous = template['status']
  const counted = sumCounters(items, ['active', 'succeeded', 'failed'])
  const outcome = outcomeOf(previous, items)
  const startTime = stringAt(previous, 'startTime') ?? startTimeOf(items, outcome)
  return goStruct({
    conditions: conditionsOf(outcome, items),
    startTime,
    completionTime: outcome === 'complete' ? completionTimeOf(items, startTime) : undefined,
    active: counted['active'],
    succeeded: Math.max(numberAt(counted, 'succeeded') ?? 0, numberAt(previous, 'succeeded') ?? 0),
    failed: Math.max(numberAt(counted, 'failed') ?? 0, numberAt(previous, 'failed') ?? 0),
  })
}

function outcomeOf(previous: unknown, items: readonly AggregatedStatusItem[]): Outcome {
  const ended = items.every(item => (numberAt(item.status, 'active') ?? 0) === 0)
  // A FailureTarget that was once written can't be taken back: the apiserver refuses it.
  const failing = hasCondition(previous, 'FailureTarget') || items.some(item => hasCondition(item.status, 'Failed'))
  if (failing) return ended && anyStarted(previous, items) ? 'failed' : 'failing'
  const complete = items.length > 0 && items.every(item => hasCondition(item.status, 'Complete'))
  const timed = anyStarted(previous, items) && items.every(item => stringAt(item.status, 'completionTime'))
  return complete && ended && timed ? 'complete' : 'running'
}

function anyStarted(previous: unknown, items: readonly AggregatedStatusItem[]): boolean {
  return [previous, ...items.map(item => item.status)].some(status => stringAt(status, 'startTime') !== undefined)
}

/** Known once all clusters have started; a Job that has ended must have one, so then the earliest that is known. */
function startTimeOf(items: readonly AggregatedStatusItem[], outcome: Outcome): string | undefined {
  const times = items.map(item => stringAt(item.status, 'startTime'))
  const known = times.filter(time => time !== undefined)
  const hasEnded = outcome === 'failed' || outcome === 'complete'
  return hasEnded || known.length === items.length ? earliest(known) : undefined
}

function completionTimeOf(items: readonly AggregatedStatusItem[], startTime: string | undefined): string | undefined {
  const times = items.map(item => stringAt(item.status, 'completionTime')).filter(time => time !== undefined)
  return latest(startTime === undefined ? times : [...times, startTime])
}

function conditionsOf(outcome: Outcome, items: readonly AggregatedStatusItem[]): readonly JsonObject[] {
  switch (outcome) {
    case 'running':
      return isSuspended(items) ? [condition('Suspended', items, ['JobSuspended', 'Job suspended'])] : []
    case 'failing':
      return [failure('FailureTarget', items)]
    case 'failed':
      return [failure('FailureTarget', items), failure('Failed', items)]
    case 'complete':
      return [
        condition('SuccessCriteriaMet', items, ['CompletionsReached', 'Reached expected number of succeeded pods']),
        condition('Complete', items, ['Completed', 'Job completed']),
      ]
  }
}

/** As its owner wants it: suspended in every cluster. */
function isSuspended(items: readonly AggregatedStatusItem[]): boolean {
  return items.length > 0 && items.every(item => hasCondition(item.status, 'Suspended'))
}

function failure(type: string, items: readonly AggregatedStatusItem[]): JsonObject {
  const clusters = items.filter(item => hasCondition(item.status, 'Failed')).map(item => item.clusterName)
  return condition(type, items, ['JobFailed', `Job executed failed in member clusters ${clusters.join(',')}`])
}

function condition(
  type: string,
  items: readonly AggregatedStatusItem[],
  [reason, message]: readonly [string, string],
): JsonObject {
  const reported = items
    .flatMap(item => listAt(item.status, 'conditions'))
    .filter(entry => stringAt(entry, 'status') === 'True')
    .map(entry => stringAt(entry, 'lastTransitionTime'))
    .filter(time => time !== undefined)
  const time = latest(reported) ?? null
  return { type, status: 'True', lastProbeTime: time, lastTransitionTime: time, reason, message }
}

function hasCondition(status: unknown, type: string): boolean {
  return listAt(status, 'conditions').some(
    entry => stringAt(entry, 'type') === type && stringAt(entry, 'status') === 'True',
  )
}
