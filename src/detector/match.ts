import { POLICY_KINDS, type PolicyKind } from '../api/kinds.ts'
import type { Policy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey } from '../object/object-key.ts'
import { choosePolicy } from '../policy/best-policy.ts'
import {
  type Claim,
  claimBy,
  claimOf,
  claimOfPolicy,
  type MetadataPatch,
  planClaim,
  planUnclaim,
} from '../policy/claim.ts'
import { withDefaults } from '../policy/defaults.ts'
import { preemptingPolicy } from '../policy/preemption.ts'
import { selects } from '../rendering/selects.ts'
import type { Lister } from '../runtime/lister.ts'

export interface PolicyListers {
  readonly policies: Lister<Policy>
  readonly clusterPolicies: Lister<Policy>
  /** Whether an override policy exists: OverridePolicy in a namespace, ClusterOverridePolicy when namespace is ''. */
  readonly hasOverride: (key: { readonly namespace: string; readonly name: string }) => boolean
  /** Feature `policyPreemption`: a policy may take over what another has claimed. Default off. */
  readonly preemption?: boolean
}

/** What is to happen to a template's claim. */
export type MatchResult =
  | { readonly type: 'none' }
  /** The claim of a policy that is gone, going, or no longer selects the template comes off: binding first, then template. */
  | { readonly type: 'strip'; readonly claim: Claim }
  | { readonly type: 'wait'; readonly message: string }
  | { readonly type: 'propagate'; readonly match: Match }

export interface Match {
  readonly kind: PolicyKind
  /** Defaults applied. */
  readonly policy: Policy
  readonly claim: Claim
  /** What is to be written on the template first; undefined when it is claimed already. */
  readonly patch: MetadataPatch | undefined
  /** Who had claimed the template before this policy takes it over. */
  readonly preempts?: Claim
}

/**
 * Which policy propagates a template: the one that claimed it as long as it selects it and none may take it over, else the best
 * that does.
 *
 * @source spec/behaviour/propagation.md §2, §5, §5.1
 */
export function matchTemplate(template: KubeObject, listers: PolicyListers): MatchResult {
  const claim = claimOf(template)
  if (claim === undefined) return matchUnclaimed(template, listers)
  const policy = listerOf(listers, claim.kind).get(claim.key)
  const isCurrent = policy !== undefined && claimOfPolicy(claim.kind, policy)?.permanentId === claim.permanentId
  if (!isCurrent || policy.metadata.deletionTimestamp !== undefined || !selects(policy, template)) {
    return { type: 'strip', claim }
  }
  return preempt(template, { claim, policy }, listers) ?? propagate({ template, kind: claim.kind, policy, listers })
}

/** @returns undefined when the claim stays. One that cannot claim yet, for want of an id or an override, takes nothing over. */
function preempt(
  template: KubeObject,
  { claim, policy }: { readonly claim: Claim; readonly policy: Policy },
  listers: PolicyListers,
): MatchResult | undefined {
  if (listers.preemption !== true) return undefined
  const stronger = preemptingPolicy(template, { kind: claim.kind, policy }, candidatesOf(template, listers))
  const result = stronger && propagate({ template, ...stronger, listers })
  return result?.type === 'propagate' ? { ...result, match: { ...result.match, preempts: claim } } : undefined
}

function matchUnclaimed(template: KubeObject, listers: PolicyListers): MatchResult {
  const chosen = choosePolicy(template, candidatesOf(template, listers))
  return chosen === undefined ? { type: 'none' } : propagate({ template, ...chosen, listers })
}

function candidatesOf(template: KubeObject, listers: PolicyListers) {
  return {
    policies: selecting(template, listers.policies.list(template.metadata.namespace ?? '')),
    clusterPolicies: selecting(template, listers.clusterPolicies.list()),
  }
}

interface Candidate {
  readonly template: KubeObject
  readonly kind: PolicyKind
  readonly policy: Policy
  readonly listers: PolicyListers
}

function propagate({ template, kind, policy, listers }: Candidate): MatchResult {
  const claim = claimOfPolicy(kind, policy)
  // The policy reconciler gives it an id; that write brings the template here again.
  if (claim === undefined) return { type: 'none' }
  const namespace = kind.namespaced ? (policy.metadata.namespace ?? '') : ''
  const missing = (policy.spec.dependentOverrides ?? []).find(name => !listers.hasOverride({ namespace, name }))
  if (missing !== undefined) {
    const message = `waiting for dependent overrides: policy ${formatKey(claim.key)} names ${formatKey({ namespace, name: missing })}, which does not exist`
    return { type: 'wait', message }
  }
  return { type: 'propagate', match: { kind, policy: withDefaults(policy), claim, patch: planClaim(template, claim) } }
}

function selecting(template: KubeObject, policies: readonly Policy[]): readonly Policy[] {
  return policies.filter(policy => selects(policy, template))
}

function listerOf({ policies, clusterPolicies }: PolicyListers, kind: PolicyKind): Lister<Policy> {
  return kind.namespaced ? policies : clusterPolicies
}

/** The patches that take a claim off: undefined where the object does not carry it (any more). */
export function planStrip(object: KubeObject, claim: Claim): MetadataPatch | undefined {
  return planUnclaim(object, claim.kind, claim.permanentId)
}

/** Index values of everything that a policy of the given id has claimed: both claims, as `<label>=<id>`. */
export function claimIndex(object: KubeObject): readonly string[] {
  return POLICY_KINDS.flatMap(kind => {
    const claim = claimBy(kind, object)
    return claim === undefined ? [] : [claimIndexValue(claim)]
  })
}

export function claimIndexValue({ kind, permanentId }: Pick<Claim, 'kind' | 'permanentId'>): string {
  return `${kind.permanentIdLabel}=${permanentId}`
}
