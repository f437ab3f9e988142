import type { Policy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isLocal } from '../parking/park.ts'
import { withDefaults } from '../policy/defaults.ts'
import { isSelectedByName, matchesAnySelector } from '../policy/resource-selector.ts'
import { isGenerated } from '../policy/skipped.ts'

/**
 * Whether a policy selects an object; one that the host made for itself is meant only when it is named (design.md §2), one
 * that its user keeps for the host never.
 */
export function selects(policy: Policy, object: KubeObject): boolean {
  const { resourceSelectors } = withDefaults(policy).spec
  if (isLocal(object) || !matchesAnySelector(resourceSelectors, object)) return false
  return !isGenerated(object) || isSelectedByName(resourceSelectors, object)
}
