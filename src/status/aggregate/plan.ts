import { findCondition, removeCondition, setCondition } from '../../object/condition.ts'
import { omitFields } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { isParked } from '../../parking/park.ts'

export interface ObservedTemplate {
  readonly template: KubeObject
  /** The template with the status of all clusters together; undefined for a kind that does not know how to merge. */
  readonly aggregated: KubeObject | undefined
}

/**
 * The merge patch of a template's status.
 *
 * @returns undefined when nothing changes, and for a kind whose status is left alone.
 * @source spec/behaviour/status.md §3
 */
export function planTemplateStatus({ template, aggregated }: ObservedTemplate): JsonObject | undefined {
  if (aggregated === undefined) return undefined
  return mergePatch({ status: statusOf(template) }, { status: withoutHostConditions(template, statusOf(aggregated)) })
}

/**
 * Whether a binding tells of this very template: one that was deleted and made again has a new UID, and its binding
 * follows soon.
 */
export function isSameTemplate({ spec }: Pick<Binding, 'spec'>, template: KubeObject): boolean {
  return spec.resource.uid === undefined || spec.resource.uid === template.metadata.uid
}

/**
 * What a controller of the host said about a Deployment before it was parked (that it could not make a ReplicaSet, say)
 * is no longer so.
 */
function withoutHostConditions(template: KubeObject, status: JsonObject): JsonObject {
  return template.kind === 'Deployment' && isParked(template) ? omitFields(status, ['conditions']) : status
}

/** An object's status; empty when it has none. */
export function statusOf(object: KubeObject): JsonObject {
  const status = object['status']
  return isJsonObject(status) ? status : {}
}

/** On a binding whose template's status the operator may not write: False, reason Forbidden. Not there otherwise. */
export const STATUS_AGGREGATED = 'StatusAggregated'

/**
 * The merge patch of a binding's status that tells of a missing right, or that it is there again.
 *
 * @param missing what may not be done; undefined when nothing is missing.
 * @param now RFC 3339.
 * @returns undefined when nothing changes.
 */
export function planRightCondition(
  { metadata, status }: Pick<Binding, 'metadata' | 'status'>,
  missing: string | undefined,
  now: string,
): JsonObject | undefined {
  const before = status?.conditions
  if (missing === undefined && findCondition(before, STATUS_AGGREGATED) === undefined) return undefined
  const desired = { type: STATUS_AGGREGATED, status: 'False', reason: 'Forbidden', message: missing ?? '' } as const
  const conditions =
    missing === undefined ? removeCondition(before, STATUS_AGGREGATED) : setCondition(before, desired, now)
  if (conditions === before) return undefined
  // The list is written whole: not over what another controller has just put into it.
  return { metadata: { resourceVersion: metadata.resourceVersion }, status: { conditions } }
}
