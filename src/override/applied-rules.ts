import type { Overriders } from '../api/generated/override-policy.ts'
import { encodeJson } from '../kube/json.ts'
import type { OverridePolicy } from '../object/karmada-objects.ts'
import { isJsonObject } from '../object/raw-json.ts'

/** A rule that was applied to an object for a cluster. */
export interface AppliedRule {
  readonly policy: OverridePolicy
  readonly overriders: Overriders
}

/** Fields of overriders in the order of Karmada's structs. No two structs disagree on it. */
const ORDER: readonly string[] = [
  'plaintext',
  'imageOverrider',
  'commandOverrider',
  'argsOverrider',
  'labelsOverrider',
  'annotationsOverrider',
  'fieldOverrider',
  'predicate',
  'component',
  'containerName',
  'path',
  'fieldPath',
  'subPath',
  'operator',
  'value',
  'json',
  'yaml',
]

/**
 * The record of applied rules that a Work carries, as Karmada writes it: `[{"policyName":…,"overriders":{…}}]`, one item
 * for each rule, by name of the policy and then in the order of application.
 *
 * @returns undefined when nothing was applied.
 * @source spec/behaviour/overrides.md §8, spec/api/constants.md §3
 */
export function formatApplied(rules: readonly AppliedRule[]): string | undefined {
  if (rules.length === 0) return undefined
  const items = rules.map(({ policy, overriders }) => ({
    policyName: policy.metadata.name,
    overriders: inStructOrder(overriders),
  }))
  items.sort((a, b) => (a.policyName === b.policyName ? 0 : a.policyName < b.policyName ? -1 : 1))
  return escapeHtml(encodeJson(items))
}

function inStructOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inStructOrder)
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  return Object.fromEntries(names.map(name => [name, ordered(name, value[name])]))
}

/** What stands in `value` is the user's own. */
function ordered(name: string, value: unknown): unknown {
  return name === 'value' ? inNameOrder(value) : inStructOrder(value)
}

function inNameOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inNameOrder)
  if (!isJsonObject(value)) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map(name => [name, inNameOrder(value[name])]))
}

/** Go's encoder writes these so that JSON may stand in a web page. */
function escapeHtml(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
