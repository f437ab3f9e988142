import { CLUSTER_PROPAGATION_POLICY, type PolicyKind, PROPAGATION_POLICY } from '../../api/kinds.ts'
import { foundIn } from '../../kube/look.ts'
import type { Policy } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { type Claim, claimOf, claimOfPolicy } from '../../policy/claim.ts'
import { withDefaults } from '../../policy/defaults.ts'
import { implicitPriority, type ResourceSelector, selectorPriority } from '../../policy/resource-selector.ts'
import { isGenerated } from '../../policy/skipped.ts'
import { selects } from '../../rendering/selects.ts'
import type { Observed } from './observed.ts'

/** A policy that selects the template, with its place among them. */
export interface Candidate {
  readonly kind: PolicyKind
  readonly policy: Policy
  /** Whether it has claimed the template. */
  readonly claims: boolean
  /** Why it comes after the one before; '' for the first. */
  readonly why: string
}

/** What policies make of a template. */
export interface Choice {
  /** All that select it, the one that ranks highest first. */
  readonly candidates: readonly Candidate[]
  /** Who has claimed it; the policy may be gone. */
  readonly claim: Claim | undefined
  /** The policy that counts now: it has claimed the template, or would claim it. */
  readonly winner: Candidate | undefined
  /** Policies that come near, each with what keeps it from selecting the template. */
  readonly misses: readonly string[]
}

const MOST_MISSES = 5

/** Which policies select a template, in the order in which they would claim it, and who has done so. */
export function choiceOf(observed: Observed, template: KubeObject): Choice {
  const rows = [
    ...(foundIn(observed.policies) ?? []).map(policy => ({ kind: PROPAGATION_POLICY, policy })),
    ...(foundIn(observed.clusterPolicies) ?? []).map(policy => ({ kind: CLUSTER_PROPAGATION_POLICY, policy })),
  ]
  const claim = claimOf(template)
  const isOwner = ({ kind, policy }: Row): boolean =>
    claim !== undefined && claimOfPolicy(kind, policy)?.permanentId === claim.permanentId
  const selecting = rows
    .filter(({ policy }) => policy.metadata.deletionTimestamp === undefined && selects(policy, template))
    .toSorted((a, b) => compare(template, a, b))
  const candidates = selecting.map((row, index) => ({
    ...row,
    claims: isOwner(row),
    why: explain(template, selecting[index - 1], row),
  }))
  const winner = candidates.find(({ claims }) => claims) ?? candidates[0]
  const others = rows.filter(row => !selecting.includes(row))
  const misses = others.flatMap(row => miss(template, row) ?? []).slice(0, MOST_MISSES)
  return { candidates, claim, winner, misses }
}

/** `PropagationPolicy shop/web` */
export function nameOf({ kind, policy }: Pick<Candidate, 'kind' | 'policy'>): string {
  return `${kind.kind} ${formatKey(keyOf(policy))}`
}

interface Row {
  readonly kind: PolicyKind
  readonly policy: Policy
}

// The order of policy/best-policy.ts.
function compare(template: KubeObject, a: Row, b: Row): number {
  return (
    Number(b.kind.namespaced) - Number(a.kind.namespaced) ||
    priorityOf(b) - priorityOf(a) ||
    closeness(template, b) - closeness(template, a) ||
    (a.policy.metadata.name < b.policy.metadata.name ? -1 : 1)
  )
}

const CLOSENESS = ['not at all', 'as one of its kind', 'by labels', 'by name']

function explain(template: KubeObject, better: Row | undefined, row: Row): string {
  if (better === undefined) return ''
  if (better.kind !== row.kind) return `a ${better.kind.kind} comes before a ${row.kind.kind}`
  if (priorityOf(better) !== priorityOf(row)) {
    return `its priority ${priorityOf(row)} is below ${priorityOf(better)}`
  }
  const [near, far] = [closeness(template, better), closeness(template, row)]
  if (near !== far) return `it selects ${CLOSENESS[far]}, the other ${CLOSENESS[near]}`
  return `of equal ones the smaller name comes first`
}

function priorityOf({ policy }: Row): number {
  return policy.spec.priority ?? 0
}

function closeness(template: KubeObject, { policy }: Row): number {
  return implicitPriority(withDefaults(policy).spec.resourceSelectors, template)
}

/** @returns undefined for a policy that has nothing to do with the template's kind. */
function miss(template: KubeObject, row: Row): string | undefined {
  const { resourceSelectors } = withDefaults(row.policy).spec
  const near = resourceSelectors.find(({ kind }) => kind === template.kind)
  if (near === undefined) return undefined
  return `${nameOf(row)}: ${whyNot(template, row, near)}`
}

function whyNot(template: KubeObject, { policy }: Row, near: ResourceSelector): string {
  if (policy.metadata.deletionTimestamp !== undefined) return 'it is being deleted'
  const { name = '', namespace = '', labelSelector } = near
  if (near.apiVersion !== template.apiVersion) return `it selects ${near.apiVersion}, not ${template.apiVersion}`
  if (namespace !== '' && namespace !== template.metadata.namespace) return `it selects in namespace ${namespace}`
  if (name !== '' && name !== template.metadata.name) return `it selects ${name}`
  if (labelSelector !== undefined && selectorPriority(near, template) === 0) {
    return `its labelSelector ${JSON.stringify(labelSelector)} does not match the labels`
  }
  return isGenerated(template)
    ? 'it selects the kind; what the host made for itself has to be selected by name'
    : 'it does not select it'
}
