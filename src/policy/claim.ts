import { CLUSTER_PROPAGATION_POLICY, type PolicyKind, PROPAGATION_POLICY } from '../api/kinds.ts'
import type { ObjectKey } from '../object/object-key.ts'

/** Which policy owns a template: written on the template and on its binding. */
export interface Claim {
  readonly kind: PolicyKind
  readonly key: ObjectKey
  /** The policy's own permanent-id: tells a policy from a later one of the same name. */
  readonly permanentId: string
}

type TextMap = Readonly<Record<string, string>>

/** What can carry a claim: every KubeObject. */
export interface ClaimedObject {
  readonly metadata: { readonly labels?: TextMap; readonly annotations?: TextMap }
}

/** A JSON merge patch of labels and annotations; null removes a key. */
export type MetadataPatch = {
  readonly metadata: {
    readonly labels?: Readonly<Record<string, string | null>>
    readonly annotations?: Readonly<Record<string, string | null>>
  }
}

/**
 * The claim that a policy makes.
 *
 * @returns undefined while the policy has no permanent-id: it must get one first.
 */
export function claimOfPolicy(kind: PolicyKind, policy: { readonly metadata: ObjectMetaOfPolicy }): Claim | undefined {
  const { name, namespace = '', labels } = policy.metadata
  const permanentId = labels?.[kind.permanentIdLabel]
  return permanentId ? { kind, key: { namespace, name }, permanentId } : undefined
}

interface ObjectMetaOfPolicy {
  readonly name: string
  readonly namespace?: string
  readonly labels?: TextMap
}

/**
 * Who claims an object. A PropagationPolicy's claim counts before a ClusterPropagationPolicy's; one of which a part is
 * missing does not count at all.
 *
 * @source spec/behaviour/propagation.md §2 items 1-2
 */
export function claimOf(object: ClaimedObject): Claim | undefined {
  return claimBy(PROPAGATION_POLICY, object) ?? claimBy(CLUSTER_PROPAGATION_POLICY, object)
}

/** The claim of one kind of policy on an object, if it is complete. */
export function claimBy(kind: PolicyKind, { metadata }: ClaimedObject): Claim | undefined {
  const name = metadata.annotations?.[kind.nameAnnotation]
  const namespace = kind.namespaceAnnotation === undefined ? '' : metadata.annotations?.[kind.namespaceAnnotation]
  const permanentId = metadata.labels?.[kind.permanentIdLabel]
  if (!name || !permanentId || (kind.namespaced && !namespace)) return undefined
  return { kind, key: { namespace: namespace ?? '', name }, permanentId }
}

/**
 * The labels and annotations of a claim, as they stand on template and binding.
 *
 * @source spec/behaviour/propagation.md §3
 */
export function claimMetadata(claim: Claim): { readonly labels: TextMap; readonly annotations: TextMap } {
  const { kind, key, permanentId } = claim
  const namespace = kind.namespaceAnnotation === undefined ? {} : { [kind.namespaceAnnotation]: key.namespace }
  return {
    labels: { [kind.permanentIdLabel]: permanentId },
    annotations: { ...namespace, [kind.nameAnnotation]: key.name },
  }
}

/**
 * The patch that puts `claim` on an object. A PropagationPolicy's claim removes that of a ClusterPropagationPolicy.
 *
 * @returns undefined when the permanent-id is already right and no lesser claim is left: no write is due.
 * @source spec/behaviour/propagation.md §3
 */
export function planClaim(object: ClaimedObject, claim: Claim): MetadataPatch | undefined {
  const { labels, annotations } = claimMetadata(claim)
  const isRight = object.metadata.labels?.[claim.kind.permanentIdLabel] === claim.permanentId
  const leftover = claim.kind.namespaced ? leftoverKeys(CLUSTER_PROPAGATION_POLICY, object) : undefined
  if (isRight && leftover === undefined) return undefined
  return {
    metadata: {
      labels: { ...leftover?.labels, ...labels },
      annotations: { ...leftover?.annotations, ...annotations },
    },
  }
}

/**
 * The patch that takes the claim of one kind of policy off an object.
 *
 * @param permanentId only a claim with this id is taken off: somebody else may have claimed the object meanwhile
 * @returns undefined when there is nothing to take off.
 * @source spec/behaviour/propagation.md §2 item 1, §5
 */
export function planUnclaim(object: ClaimedObject, kind: PolicyKind, permanentId?: string): MetadataPatch | undefined {
  const current = object.metadata.labels?.[kind.permanentIdLabel]
  if (permanentId !== undefined && current !== permanentId) return undefined
  const leftover = leftoverKeys(kind, object)
  return leftover === undefined ? undefined : { metadata: leftover }
}

/** Nulls for every key of a kind's claim that the object has; undefined when it has none. */
function leftoverKeys(kind: PolicyKind, { metadata }: ClaimedObject): MetadataPatch['metadata'] | undefined {
  const labels = present([kind.permanentIdLabel], metadata.labels)
  const annotations = present([kind.namespaceAnnotation, kind.nameAnnotation], metadata.annotations)
  if (labels === undefined && annotations === undefined) return undefined
  return { ...(labels && { labels }), ...(annotations && { annotations }) }
}

function present(keys: readonly (string | undefined)[], map: TextMap = {}): Readonly<Record<string, null>> | undefined {
  const found = keys.filter(key => key !== undefined && key in map)
  return found.length === 0 ? undefined : Object.fromEntries(found.map(key => [key, null]))
}
