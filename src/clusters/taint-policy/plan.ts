import type { Taint } from '../../api/generated/cluster.ts'
import type { MatchCondition, PolicyTaint } from '../../api/generated/cluster-taint-policy.ts'
import { findCondition } from '../../object/condition.ts'
import type { Cluster, ClusterTaintPolicy } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { matchesCluster } from '../../policy/cluster-affinity.ts'

/** What the policies change about the taints of one cluster. */
export interface TaintPlan {
  /** A merge patch that holds the resourceVersion it was made for. */
  readonly patch: JsonObject
  /** For people: each taint with the policy that adds or removes it. */
  readonly changes: readonly string[]
}

interface Tainted {
  readonly taints: readonly Taint[]
  readonly changes: readonly string[]
}

/**
 * The taints of a cluster after all policies that are for it, the oldest first. A taint that is there already, by key and
 * effect, is left as it is.
 *
 * @param now RFC 3339, for taints that are added.
 * @returns undefined when nothing changes.
 * @source spec/behaviour/clusters.md §3.1
 */
export function plan(cluster: Cluster, policies: readonly ClusterTaintPolicy[], now: string): TaintPlan | undefined {
  const before: Tainted = { taints: cluster.spec.taints ?? [], changes: [] }
  const { taints, changes } = policies
    .filter(policy => matchesCluster(policy.spec.targetClusters, cluster))
    .toSorted(byAge)
    .reduce((tainted, policy) => withPolicy(tainted, { cluster, policy, now }), before)
  if (changes.length === 0 || sameTaints(taints, before.taints)) return undefined
  return { patch: { metadata: { resourceVersion: cluster.metadata.resourceVersion }, spec: { taints } }, changes }
}

interface Step {
  readonly cluster: Cluster
  readonly policy: ClusterTaintPolicy
  readonly now: string
}

function withPolicy(tainted: Tainted, { cluster, policy, now }: Step): Tainted {
  const { spec, metadata } = policy
  const added = holdsAll(cluster, spec.addOnConditions) ? addMissing(tainted.taints, spec.taints, now) : tainted.taints
  const kept = holdsAll(cluster, spec.removeOnConditions) ? added.filter(taint => !isOneOf(taint, spec.taints)) : added
  const note = (verb: string, taint: Taint): string => `${verb} ${taint.key}:${taint.effect} (${metadata.name})`
  return {
    taints: kept,
    changes: [
      ...tainted.changes,
      ...kept.filter(taint => !isOneOf(taint, tainted.taints)).map(taint => note('added', taint)),
      ...tainted.taints.filter(taint => !isOneOf(taint, kept)).map(taint => note('removed', taint)),
    ],
  }
}

function addMissing(taints: readonly Taint[], wanted: readonly PolicyTaint[], now: string): readonly Taint[] {
  const missing = wanted.filter(taint => !isOneOf(taint, taints))
  return [...taints, ...missing.map(taint => ({ ...taint, timeAdded: now }))]
}

function isOneOf({ key, effect }: PolicyTaint, taints: readonly PolicyTaint[]): boolean {
  return taints.some(taint => taint.key === key && taint.effect === effect)
}

function sameTaints(a: readonly Taint[], b: readonly Taint[]): boolean {
  return a.length === b.length && a.every(taint => isOneOf(taint, b))
}

/** None at all never hold; a condition that the cluster does not have fits neither operator. */
function holdsAll({ status }: Cluster, conditions: readonly MatchCondition[] = []): boolean {
  const holds = ({ conditionType, operator, statusValues }: MatchCondition): boolean => {
    const found = findCondition(status?.conditions, conditionType)
    return found !== undefined && statusValues.includes(found.status) === (operator === 'In')
  }
  return conditions.length > 0 && conditions.every(holds)
}

function byAge({ metadata: a }: ClusterTaintPolicy, { metadata: b }: ClusterTaintPolicy): number {
  const [created, other] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  if (created !== other) return created < other ? -1 : 1
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1
}
