import { type MissingRight, propagationRule } from '../../kube/missing-right.ts'
import type { WantedCondition } from '../cluster-condition.ts'

const TYPE = 'Forbidden'
const MOST_RULES = 10

/**
 * What a Cluster says of rights that are missing in its member: the rules that give them, as YAML to be copied. They are in
 * order, so that the same rights have the same words.
 *
 * @returns a condition that goes when nothing is missing.
 */
export function plan(rights: readonly MissingRight[]): WantedCondition {
  const rules = [...new Set(rights.map(propagationRule))].toSorted()
  if (rules.length === 0) return { type: TYPE, status: undefined }
  const lines = rules.slice(0, MOST_RULES).map(rule => `- ${rule}`)
  const more = rules.length > MOST_RULES ? [`# and ${rules.length - MOST_RULES} more`] : []
  const message = [
    "what is propagated needs more rights in the member; add to the rules of our identity's ClusterRole there:",
    ...lines,
    ...more,
  ]
  return { type: TYPE, status: 'True', reason: 'RightsMissing', message: message.join('\n') }
}
