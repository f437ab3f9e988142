import { CLUSTER_PROPAGATION_POLICY, type PolicyKind, PROPAGATION_POLICY } from '../api/kinds.ts'
import { implicitPriority, type ResourceSelector, type SelectableObject } from './resource-selector.ts'

/** What ranking reads of a policy. */
export interface RankedPolicy {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly deletionTimestamp?: string }
  readonly spec: { readonly resourceSelectors: readonly ResourceSelector[]; readonly priority?: number }
}

export interface ChosenPolicy<P> {
  readonly kind: PolicyKind
  readonly policy: P
}

/**
 * The best of several policies of one kind for an object: higher priority, then closer selector, then smaller name.
 * Policies under deletion do not count.
 *
 * @returns undefined when none matches.
 * @source spec/behaviour/propagation.md §2.2
 */
export function bestPolicy<P extends RankedPolicy>(object: SelectableObject, policies: readonly P[]): P | undefined {
  let best: { readonly policy: P; readonly closeness: number } | undefined
  for (const policy of policies) {
    const closeness = policy.metadata.deletionTimestamp ? 0 : implicitPriority(policy.spec.resourceSelectors, object)
    const candidate = { policy, closeness }
    if (closeness > 0 && (best === undefined || isBetter(candidate, best))) best = candidate
  }
  return best?.policy
}

/**
 * The policy for an object that nobody has claimed: the best PropagationPolicy of its namespace, else the best
 * ClusterPropagationPolicy. Cluster-scoped objects are for the latter only.
 *
 * @source spec/behaviour/propagation.md §2 items 3-4, §1
 */
export function choosePolicy<P extends RankedPolicy, C extends RankedPolicy>(
  object: SelectableObject,
  candidates: { readonly policies: readonly P[]; readonly clusterPolicies: readonly C[] },
): ChosenPolicy<P | C> | undefined {
  const { namespace } = object.metadata
  const near = namespace ? candidates.policies.filter(policy => policy.metadata.namespace === namespace) : []
  const policy = bestPolicy(object, near)
  if (policy !== undefined) return { kind: PROPAGATION_POLICY, policy }
  const clusterPolicy = bestPolicy(object, candidates.clusterPolicies)
  return clusterPolicy && { kind: CLUSTER_PROPAGATION_POLICY, policy: clusterPolicy }
}

interface Candidate {
  readonly policy: RankedPolicy
  readonly closeness: number
}

function isBetter(a: Candidate, b: Candidate): boolean {
  const priority = (a.policy.spec.priority ?? 0) - (b.policy.spec.priority ?? 0)
  if (priority !== 0) return priority > 0
  if (a.closeness !== b.closeness) return a.closeness > b.closeness
  return a.policy.metadata.name < b.policy.metadata.name
}
