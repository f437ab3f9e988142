import { StatusError } from '../kube/status-error.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject, scalarText } from '../object/raw-json.ts'

const INVALID = 422
/** How apiservers say it: Job and Service, StatefulSet and PVC, PVC, roleRef. Their tests hold them to these words. */
const IMMUTABLE = /immutable|updates to .+ are forbidden|may not change once set|cannot change/i
const FIELD_REASONS: ReadonlySet<unknown> = new Set(['FieldValueInvalid', 'FieldValueForbidden'])
const MOST_NAMED = 5

/**
 * The fields that an apiserver refused to change in place.
 *
 * @returns their paths as the apiserver writes them, such as `spec.template`; undefined when it refused for another reason.
 */
export function immutableFields(error: unknown): readonly string[] | undefined {
  if (!(error instanceof StatusError) || error.code !== INVALID) return undefined
  const causes = Array.isArray(error.details?.['causes']) ? error.details['causes'].filter(isJsonObject) : []
  const refused = causes.filter(isOfField)
  // Another mistake beside it would be met again after a recreation.
  if (refused.length === 0 || refused.length < causes.length) return undefined
  return [...new Set(refused.map(cause => scalarText(cause['field'])))].slice(0, MOST_NAMED)
}

/** A denial of an admission policy has causes too, but names no field: its words are anybody's. */
function isOfField(cause: JsonObject): boolean {
  const { field, reason, message } = cause
  return Boolean(field) && FIELD_REASONS.has(reason) && IMMUTABLE.test(scalarText(message))
}
