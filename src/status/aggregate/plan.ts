import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { isJsonObject } from '../../object/raw-json.ts'

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
  return aggregated && mergePatch({ status: statusOf(template) }, { status: statusOf(aggregated) })
}

/**
 * Whether a binding tells of this very template: one that was deleted and made again has a new UID, and its binding
 * follows soon.
 */
export function isSameTemplate({ spec }: Pick<Binding, 'spec'>, template: KubeObject): boolean {
  return spec.resource.uid === undefined || spec.resource.uid === template.metadata.uid
}

function statusOf(object: KubeObject): JsonObject {
  const status = object['status']
  return isJsonObject(status) ? status : {}
}
