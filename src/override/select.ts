import type { OverrideRule } from '../api/generated/override-policy.ts'
import type { OverridePolicy } from '../object/karmada-objects.ts'
import { implicitPriority, type SelectableObject } from '../policy/resource-selector.ts'

/** Policies as they stand in the caches; which of them select an object is found out here. */
export interface OverridePolicies {
  /** ClusterOverridePolicies: for every object. */
  readonly cluster: readonly OverridePolicy[]
  /** OverridePolicies of the object's namespace; none for an object that has no namespace. */
  readonly namespaced: readonly OverridePolicy[]
}

/** A policy that selects everything in its scope is as close as one that selects all of a kind. */
const SELECTS_ALL = 1

/**
 * The policies that select an object, in the order in which they are applied: the most specific comes last and wins, and
 * among equals the greater name. Policies under deletion count until they are gone.
 *
 * @param policies of one class: those of the object's namespace, or the cluster-wide ones
 * @source spec/behaviour/overrides.md §1
 */
export function selectPolicies(
  policies: readonly OverridePolicy[],
  object: SelectableObject,
): readonly OverridePolicy[] {
  return policies
    .map(policy => ({ policy, closeness: closenessOf(policy, object) }))
    .filter(({ closeness }) => closeness > 0)
    .sort((a, b) => a.closeness - b.closeness || compareText(a.policy.metadata.name, b.policy.metadata.name))
    .map(({ policy }) => policy)
}

/** Whether a policy selects an object of its scope. */
export function selectsObject(policy: OverridePolicy, object: SelectableObject): boolean {
  return closenessOf(policy, object) > 0
}

/** As {@link selectsObject}, whatever the labels of the object. */
export function selectsKind(policy: OverridePolicy, object: SelectableObject): boolean {
  const selectors = policy.spec.resourceSelectors?.map(({ labelSelector: _labels, ...selector }) => selector)
  return selectsObject(
    { ...policy, spec: { ...policy.spec, ...(selectors && { resourceSelectors: selectors }) } },
    object,
  )
}

/** Whether a policy may change the labels by which later ones select the object. */
export function mayRelabel(policy: OverridePolicy): boolean {
  return rulesOf(policy).some(
    ({ rule: { overriders } }) =>
      (overriders?.labelsOverrider ?? []).length > 0 ||
      (overriders?.plaintext ?? []).some(({ path }) => path === '' || path.startsWith('/metadata')),
  )
}

/** Whether any policy might change an object, whichever the cluster. */
export function mayApply(policies: OverridePolicies, object: SelectableObject): boolean {
  return [...policies.cluster, ...policies.namespaced].some(policy => selectsObject(policy, object))
}

/** A rule, and the field of the policy that holds its overriders. */
export interface PlacedRule {
  readonly rule: Partial<OverrideRule>
  readonly path: string
}

/** The rules of a policy; the deprecated pair of fields is one, and counts only when there are no others. */
export function rulesOf({ spec }: OverridePolicy): readonly PlacedRule[] {
  const { overrideRules = [], targetCluster, overriders } = spec
  if (overrideRules.length > 0) {
    return overrideRules.map((rule, index) => ({ rule, path: `spec.overrideRules[${index}].overriders` }))
  }
  const rule = { ...(targetCluster && { targetCluster }), ...(overriders && { overriders }) }
  return [{ rule, path: 'spec.overriders' }]
}

function closenessOf({ spec }: OverridePolicy, object: SelectableObject): number {
  const selectors = spec.resourceSelectors ?? []
  return selectors.length === 0 ? SELECTS_ALL : implicitPriority(selectors, object)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
