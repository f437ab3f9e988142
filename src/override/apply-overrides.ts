import type { Overriders } from '../api/generated/override-policy.ts'
import { deepEqual } from '../object/equality.ts'
import { gvkOf } from '../object/gvk.ts'
import type { OverridePolicy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type MatchableCluster, matchesCluster } from '../policy/cluster-affinity.ts'
import { type AppliedRule, formatApplied } from './applied-rules.ts'
import { EntryError } from './entry-error.ts'
import { OverrideError } from './override-error.ts'
import { OVERRIDERS } from './registry.ts'
import { type OverridePolicies, rulesOf, selectPolicies } from './select.ts'

export interface OverrideInput {
  /** The object as the cluster would get it: replicas revised, parking taken back. */
  readonly manifest: KubeObject
  readonly cluster: MatchableCluster
  readonly policies: OverridePolicies
}

export interface OverriddenManifest {
  /** The same object when no rule changed it. */
  readonly manifest: KubeObject
  /** In the order of application. */
  readonly applied: readonly AppliedRule[]
  /** What a Work records of OverridePolicies; undefined when none was applied. */
  readonly appliedOverrides: string | undefined
  /** What a Work records of ClusterOverridePolicies; undefined when none was applied. */
  readonly appliedClusterOverrides: string | undefined
}

/**
 * An object as one cluster gets it: changed by every rule for this cluster, first of ClusterOverridePolicies, then of
 * OverridePolicies, which therefore win. The latter are selected by what the former made of the object.
 *
 * @throws OverrideError for the first change that cannot be made; no part of the result is of use then.
 * @source spec/behaviour/overrides.md §1, §2
 */
export function applyOverrides({ manifest, cluster, policies }: OverrideInput): OverriddenManifest {
  const wide = applyPolicies(manifest, selectPolicies(policies.cluster, manifest), cluster)
  const near = applyPolicies(wide.manifest, selectPolicies(policies.namespaced, wide.manifest), cluster)
  return {
    manifest: near.manifest,
    applied: [...wide.applied, ...near.applied],
    appliedOverrides: formatApplied(near.applied),
    appliedClusterOverrides: formatApplied(wide.applied),
  }
}

interface Changed {
  readonly manifest: KubeObject
  readonly applied: readonly AppliedRule[]
}

function applyPolicies(manifest: KubeObject, policies: readonly OverridePolicy[], cluster: MatchableCluster): Changed {
  let current = manifest
  const applied: AppliedRule[] = []
  for (const policy of policies) {
    for (const { rule, path } of rulesOf(policy)) {
      if (!matchesCluster(rule.targetCluster, cluster)) continue
      const overriders = rule.overriders ?? {}
      current = applyRule(current, overriders, { policy, path })
      applied.push({ policy, overriders })
    }
  }
  return { manifest: current, applied }
}

function applyRule(manifest: KubeObject, overriders: Overriders, { policy, path }: RuleOrigin): KubeObject {
  try {
    const changed = OVERRIDERS.reduce((current, overrider) => overrider.apply(current, overriders), manifest)
    if (policy.metadata.namespace !== undefined) refuseEscape(manifest, changed)
    return changed
  } catch (error) {
    if (!(error instanceof EntryError)) throw error
    throw new OverrideError(policy, `${path}.${error.message}`, { cause: error.cause })
  }
}

interface RuleOrigin {
  readonly policy: OverridePolicy
  readonly path: string
}

/**
 * Who may write policies in one namespace must not get objects into others, or of kinds that have none, with the rights
 * that the operator has in members. Karmada lets them.
 */
function refuseEscape(before: KubeObject, after: KubeObject): void {
  const [was, is] = [before, after].map(({ metadata: { namespace = '' }, ...object }) => {
    const { group, kind } = gvkOf(object)
    return { group, kind, namespace }
  })
  if (!deepEqual(was, is)) {
    throw new EntryError('plaintext: an OverridePolicy does not change the group, kind or namespace of an object')
  }
}
