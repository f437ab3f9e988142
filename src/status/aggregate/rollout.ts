import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { isDeadlineExceeded, isReplicaFailure } from '../../interpreter/workload-troubles.ts'
import { isConditionTrue } from '../../object/condition.ts'
import { listAt, numberAt, stringAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { STATUS_STALE } from '../collect/plan.ts'

export interface ObservedRollout {
  readonly template: KubeObject
  readonly binding: Pick<Binding, 'spec' | 'status'>
  /** The status of all clusters together. */
  readonly status: JsonObject
  /** RFC 3339. */
  readonly now: string
}

/** A cluster that a template is to be in, and what is known of it there. */
export interface RolloutTarget {
  readonly name: string
  /** Absent where the cluster scales by itself or the kind has none. */
  readonly replicas?: number
  readonly item: AggregatedStatusItem | undefined
}

/** How far the fleet is with a template, in words for its user. */
export type Standing =
  | { readonly state: 'complete' }
  | {
      readonly state: 'unplaced' | 'broken' | 'rolling' | 'unknown'
      readonly reason: string
      readonly message: string
    }

/** More names than anybody reads make no message better. */
const MOST_NAMES = 10

/** @returns the clusters that a template is to be in, also those of the bindings that depend on it, each once. */
export function targetsOf({ spec, status }: Pick<Binding, 'spec' | 'status'>): readonly RolloutTarget[] {
  const required = (spec.requiredBy ?? []).flatMap(snapshot => snapshot.clusters ?? [])
  const items = new Map((status?.aggregatedStatus ?? []).map(item => [item.clusterName, item]))
  const targets = [...required, ...(spec.clusters ?? [])].map(target => ({ ...target, item: items.get(target.name) }))
  return [...new Map(targets.map(target => [target.name, target])).values()]
}

/**
 * How far the fleet is: complete when every target has rolled out the template as it is now. One that comes no further counts
 * more than those that go on, and these more than one that is not heard of.
 *
 * @param isDone whether a target that reports the latest template has rolled it out.
 */
export function standingOf(
  { template, binding, status }: ObservedRollout,
  isDone: (target: RolloutTarget) => boolean,
): Standing {
  const targets = targetsOf(binding)
  if (targets.length === 0) {
    return { state: 'unplaced', reason: 'NotScheduled', message: 'No member has been chosen for it.' }
  }
  const isObserved = (numberAt(status, 'observedGeneration') ?? 0) >= (template.metadata.generation ?? 0)
  const broken = targets.flatMap(target => deadlinesOf(target, template))
  if (broken.length > 0) return { state: 'broken', reason: 'ProgressDeadlineExceeded', message: broken.join(' ') }
  const unknown = targets.filter(isDoubtful)
  const rolling = targets.filter(target => !unknown.includes(target) && !isDone(target))
  if (rolling.length > 0 || (unknown.length === 0 && !isObserved)) {
    const where = rolling.length > 0 ? `: ${namesOf(rolling)}` : ''
    return { state: 'rolling', reason: 'RollingOut', message: `Not every member has rolled it out yet${where}.` }
  }
  if (unknown.length === 0) return { state: 'complete' }
  return { state: 'unknown', ...doubt(binding, unknown) }
}

/** @returns why Pods cannot be made, by cluster; empty when nothing is in the way. */
export function replicaFailures(binding: ObservedRollout['binding']): readonly string[] {
  return targetsOf(binding).flatMap(({ name, item }) =>
    listAt(item?.status, 'conditions')
      .filter(isReplicaFailure)
      .map(condition => `${name}: ${stringAt(condition, 'message') ?? ''}`),
  )
}

/** Whether a target has told something that may have changed since. */
export function isDoubtful({ item }: RolloutTarget): boolean {
  return item?.applied === true && item.health === 'Unknown' && item.status !== undefined
}

/** What is said of an earlier template is no trouble of this one. */
function deadlinesOf({ name, item }: RolloutTarget, template: KubeObject): readonly string[] {
  const of = numberAt(item?.status, 'resourceTemplateGeneration') ?? 0
  if (of < (template.metadata.generation ?? 0)) return []
  return listAt(item?.status, 'conditions')
    .filter(isDeadlineExceeded)
    .map(condition => `${name}: ${stringAt(condition, 'message') ?? 'its progress deadline has passed.'}`)
}

function doubt({ status }: ObservedRollout['binding'], unknown: readonly RolloutTarget[]) {
  return isConditionTrue(status?.conditions, STATUS_STALE)
    ? {
        reason: 'ClustersNotReady',
        message: `Not ready, so it may have changed there since it was told: ${namesOf(unknown)}.`,
      }
    : { reason: 'HealthUnknown', message: `It is not known how it is in: ${namesOf(unknown)}.` }
}

function namesOf(targets: readonly RolloutTarget[]): string {
  const names = targets.map(({ name }) => name).toSorted()
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
  return `${names.slice(0, MOST_NAMES).join(', ')}${more}`
}
