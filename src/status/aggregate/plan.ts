import { MAX_STATUS_DEPTH, nestsDeeperThan } from '../../interpreter/manifest-status.ts'
import { findCondition, isConditionTrue, removeCondition, setCondition } from '../../object/condition.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import type { Lister } from '../../runtime/lister.ts'
import { progressOf, reportedItems } from '../collect/plan.ts'
import { deploymentConditions } from './deployment-conditions.ts'
import { reconcilingConditions } from './reconciling-condition.ts'
import { type ObservedRollout, targetsOf } from './rollout.ts'

export interface ObservedTemplate {
  readonly template: KubeObject
  /** The template with the status of all clusters together; undefined for a kind that does not know how to merge. */
  readonly aggregated: KubeObject | undefined
  readonly binding: Pick<Binding, 'spec' | 'status'>
  /** RFC 3339. */
  readonly now: string
}

/**
 * The merge patch of a template's status.
 *
 * @returns undefined when nothing changes, and for a kind whose status is left alone.
 * @throws for a status beyond {@link MAX_STATUS_DEPTH}
 * @source spec/behaviour/status.md §3
 */
export function planTemplateStatus(observed: ObservedTemplate): JsonObject | undefined {
  const status = desiredStatus(observed)
  return status && mergePatch({ status: statusOf(observed.template) }, { status })
}

/**
 * What is known of the members when their Works are asked: a change of a status that stands need not wait until the
 * binding has it. A first status, and one while not every ready member was tried, is the binding's.
 */
export function withReported(
  binding: Binding,
  { works, clusters }: { readonly works: readonly Work[]; readonly clusters: Lister<Cluster> },
): Binding {
  const known = binding.status?.aggregatedStatus
  if (known === undefined) return binding
  const isReady = (name: string): boolean =>
    isConditionTrue(clusters.get({ namespace: '', name })?.status?.conditions, 'Ready')
  if (progressOf({ binding, works, isReady }).awaited.size > 0) return binding
  const { items } = reportedItems({ binding, works, clusters: clusters.list() })
  if (deepEqual(items, known)) return binding
  return { ...binding, status: { ...binding.status, aggregatedStatus: items } }
}

/**
 * The status that a template is to have. What a controller of the host said about a Deployment before it was parked (that it
 * could not make a ReplicaSet, say) is no longer so.
 *
 * @returns undefined for a kind whose status is left alone.
 * @throws for a status beyond {@link MAX_STATUS_DEPTH}, which a server that interprets may make
 */
export function desiredStatus({ template, aggregated, binding, now }: ObservedTemplate): JsonObject | undefined {
  if (aggregated === undefined) return undefined
  if (nestsDeeperThan(statusOf(aggregated), MAX_STATUS_DEPTH))
    throw new Error(`the status of all clusters together is nested deeper than ${MAX_STATUS_DEPTH} levels: not written`)
  const status = heldBack(statusOf(aggregated), { template, binding })
  const conditionsOf = CONDITIONS.get(`${template.apiVersion} ${template.kind}`)
  if (conditionsOf === undefined) return status
  const { conditions: _, ...others } = status
  const conditions = conditionsOf({ template, binding, status, now })
  return conditions.length > 0 ? { ...others, conditions } : others
}

/** What the fleet says of kinds whose own controllers say nothing on the host. */
const CONDITIONS: ReadonlyMap<string, (rollout: ObservedRollout) => readonly JsonObject[]> = new Map([
  ['apps/v1 Deployment', deploymentConditions],
  ['apps/v1 StatefulSet', reconcilingConditions],
  ['apps/v1 DaemonSet', reconcilingConditions],
  ['apps/v1 ReplicaSet', reconcilingConditions],
])

/** Rule G asks what reports; a target that has not reported anything yet has not observed anything either. */
function heldBack(
  status: JsonObject,
  { template, binding }: Pick<ObservedTemplate, 'template' | 'binding'>,
): JsonObject {
  const { observedGeneration, ...others } = status
  const before = statusOf(template)['observedGeneration']
  const isAhead = observedGeneration !== undefined && observedGeneration !== before
  if (!isAhead || targetsOf(binding).every(({ item }) => item !== undefined)) return status
  return before === undefined ? others : { ...others, observedGeneration: before }
}

/**
 * Whether a binding tells of this very template: one that was deleted and made again has a new UID, and its binding
 * follows soon.
 */
export function isSameTemplate({ spec }: Pick<Binding, 'spec'>, template: KubeObject): boolean {
  return spec.resource.uid === undefined || spec.resource.uid === template.metadata.uid
}

/** An object's status; empty when it has none. */
export function statusOf(object: KubeObject): JsonObject {
  const status = object['status']
  return isJsonObject(status) ? status : {}
}

/**
 * On a binding whose template does not show the status of the fleet: False, with the reason. Not there otherwise.
 *
 * `Forbidden`: the operator may not write it; `StatusContested`: somebody else writes it as well, and it is left to them.
 */
export const STATUS_AGGREGATED = 'StatusAggregated'

/** Why a template does not show the status of the fleet. */
export interface StatusObstacle {
  readonly reason: 'Forbidden' | 'StatusContested'
  readonly message: string
}

/** Whether a binding says that the status of this very template was left to somebody else. */
export function isContested({ status }: Pick<Binding, 'status'>): boolean {
  return findCondition(status?.conditions, STATUS_AGGREGATED)?.reason === 'StatusContested'
}

/**
 * The merge patch of a binding's status that tells why its template does not show the status of the fleet, or that it does.
 *
 * @param now RFC 3339.
 * @returns undefined when nothing changes.
 */
export function planObstacle(
  { metadata, status }: Pick<Binding, 'metadata' | 'status'>,
  obstacle: StatusObstacle | undefined,
  now: string,
): JsonObject | undefined {
  const before = status?.conditions
  if (obstacle === undefined && findCondition(before, STATUS_AGGREGATED) === undefined) return undefined
  const conditions =
    obstacle === undefined
      ? removeCondition(before, STATUS_AGGREGATED)
      : setCondition(before, { type: STATUS_AGGREGATED, status: 'False', ...obstacle }, now)
  if (conditions === before) return undefined
  // The list is written whole: not over what another controller has just put into it.
  return { metadata: { resourceVersion: metadata.resourceVersion }, status: { conditions } }
}
