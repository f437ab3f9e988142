import { ANNOTATION } from '../api/names.ts'
import type { OverridePolicy, Work } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { describeOverride } from '../override/describe-override.ts'
import type { OverriddenWork, RefusedTarget } from './render-targets.ts'

/** What is told of one policy, for several clusters at once. */
export interface OverrideEvent {
  readonly policy: OverridePolicy
  readonly message: string
}

export interface OverrideSuccess extends OverrideEvent {
  /** Some cluster had the object already, so it is news of the template and no part of its first placement. */
  readonly changed: boolean
}

const RECORDS = [ANNOTATION.appliedOverrides, ANNOTATION.appliedClusterOverrides] as const

/**
 * What is told of overrides that cannot be applied: one event for each policy and cause, however many clusters it keeps
 * from being updated.
 *
 * @source spec/behaviour/overrides.md §8
 */
export function refusalEvents(refused: readonly RefusedTarget[]): readonly OverrideEvent[] {
  const groups = Map.groupBy(refused, ({ error }) => JSON.stringify([policyId(error.policy), error.message]))
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { policy, message } = first.error
    const clusters = group.map(({ cluster }) => cluster)
    return [{ policy, message: `${describeOverride(policy, clusters)} failed. ${message}` }]
  })
}

/**
 * What is told of overrides that a Work carries for the first time: one event for each policy. Karmada tells it for each
 * rule and cluster, whenever a Work is rendered.
 *
 * @source spec/behaviour/overrides.md §8
 */
export function successEvents(works: readonly OverriddenWork[]): readonly OverrideSuccess[] {
  const applied = works
    .filter(({ desired, existing }) => !hasSameRecords(desired, existing))
    .flatMap(({ cluster, existing, applied: rules }) => rules.map(({ policy }) => ({ policy, cluster, existing })))
  const groups = Map.groupBy(applied, ({ policy }) => policyId(policy))
  return [...groups.values()].flatMap(group => {
    const policy = group[0]?.policy
    const clusters = [...new Set(group.map(({ cluster }) => cluster))]
    const changed = group.some(({ existing }) => existing !== undefined)
    return policy === undefined ? [] : [{ policy, message: `${describeOverride(policy, clusters)} succeed.`, changed }]
  })
}

function hasSameRecords(desired: Work, existing: Work | undefined): boolean {
  return RECORDS.every(key => desired.metadata.annotations?.[key] === existing?.metadata.annotations?.[key])
}

function policyId(policy: OverridePolicy): string {
  return `${policy.kind}/${formatKey(keyOf(policy))}`
}
