import type { OverridePolicy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'

/** Names that fit into one event beside the reason. */
const MOST_NAMES = 8

/**
 * How events speak of a policy that is applied: to be followed by ` succeed.` or ` failed.`. For one cluster it is word by
 * word what Karmada says.
 *
 * @source spec/behaviour/overrides.md §8
 * @example describeOverride(policy, ['member1']) === 'Apply override policy(default/nginx) for cluster(member1)'
 */
export function describeOverride(policy: OverridePolicy, clusters: readonly string[]): string {
  const kind = policy.metadata.namespace === undefined ? 'cluster override policy' : 'override policy'
  const more = clusters.length > MOST_NAMES ? ` and ${clusters.length - MOST_NAMES} more` : ''
  return `Apply ${kind}(${formatKey(keyOf(policy))}) for cluster(${clusters.slice(0, MOST_NAMES).join(',')}${more})`
}
