import type { PolicyKind } from '../api/kinds.ts'
import { type ChosenPolicy, choosePolicy, type RankedPolicy } from './best-policy.ts'
import { isSelectedByName, type SelectableObject } from './resource-selector.ts'

/** What preemption reads of a policy. */
export type PreemptingPolicy = RankedPolicy & { readonly spec: { readonly preemption?: string } }

/**
 * The policy that takes an object over from the one that has claimed it: it says `preemption: Always`, names the object, and
 * ranks above. A PropagationPolicy ranks above every ClusterPropagationPolicy, between two of one kind only a higher
 * priority counts.
 *
 * Guarantees: who takes over ranks strictly higher, so an object is never handed to and fro.
 *
 * @param claiming the policy that has claimed the object
 * @returns undefined when it keeps it.
 * @source spec/behaviour/propagation.md §5.1
 */
export function preemptingPolicy<P extends PreemptingPolicy>(
  object: SelectableObject,
  claiming: ChosenPolicy<RankedPolicy>,
  candidates: { readonly policies: readonly P[]; readonly clusterPolicies: readonly P[] },
): ChosenPolicy<P> | undefined {
  const mayPreempt = (policy: P): boolean =>
    policy.spec.preemption === 'Always' && isSelectedByName(policy.spec.resourceSelectors, object)
  const best = choosePolicy(object, {
    policies: candidates.policies.filter(mayPreempt),
    clusterPolicies: claiming.kind.namespaced ? [] : candidates.clusterPolicies.filter(mayPreempt),
  })
  return best !== undefined && ranksAbove(best, claiming) ? best : undefined
}

function ranksAbove(a: ChosenPolicy<RankedPolicy>, b: ChosenPolicy<RankedPolicy>): boolean {
  if (isNearer(a.kind, b.kind)) return true
  return (a.policy.spec.priority ?? 0) > (b.policy.spec.priority ?? 0)
}

function isNearer(a: PolicyKind, b: PolicyKind): boolean {
  return a.namespaced && !b.namespaced
}
