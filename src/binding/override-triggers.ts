import type { BindingKind } from '../api/kinds.ts'
import { deepEqual } from '../object/equality.ts'
import { parseApiVersion } from '../object/gvk.ts'
import type { Binding, Cluster, OverridePolicy } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { mayRelabel, rulesOf, selectsKind, selectsObject } from '../override/select.ts'
import { matchesCluster } from '../policy/cluster-affinity.ts'
import type { SelectableObject } from '../policy/resource-selector.ts'
import type { Change } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import type { Lister } from '../runtime/lister.ts'
import { targetsOf } from './plan.ts'

export interface TriggerDeps {
  readonly kind: BindingKind
  readonly bindings: Lister<Binding>
  readonly templates: Pick<InformerSet, 'get'>
  readonly overrides: Lister<OverridePolicy>
  readonly clusterOverrides: Lister<OverridePolicy>
}

/**
 * The bindings to render again when an override policy comes, changes or goes: those whose template it selects, or did
 * before. (Karmada forgets the latter until something else happens to them.)
 *
 * @source spec/behaviour/overrides.md §9
 */
export function keysOfPolicy(deps: TriggerDeps, change: Change<OverridePolicy>): readonly string[] {
  const policies = versionsOf(change)
  return policies.length === 0 ? [] : keysWhere(deps, scopeOf(deps, change.object), policies)
}

/**
 * The bindings to render again when a cluster begins or ceases to match the rule of a policy, or is known at last. Karmada
 * leaves them as they are until something else happens to them.
 */
export function keysOfCluster(deps: TriggerDeps, change: Change<Cluster>): readonly string[] {
  if (change.type === 'deleted' || (change.type === 'added' && change.initial)) return []
  const all = [...deps.clusterOverrides.list(), ...(deps.kind.namespaced ? deps.overrides.list() : [])]
  const policies = change.type === 'added' ? all : all.filter(policy => turns(policy, change))
  const { name } = change.object.metadata
  const isTarget = (binding: Binding): boolean => targetsOf(binding).some(target => target.name === name)
  return policies.length === 0 ? [] : keysWhere(deps, deps.bindings.list().filter(isTarget), policies)
}

/** The policy as it is and as it was, as far as that matters; at start all bindings are rendered anyway. */
function versionsOf(change: Change<OverridePolicy>): readonly OverridePolicy[] {
  if (change.type === 'added') return change.initial ? [] : [change.object]
  if (change.type === 'deleted') return [change.object]
  const { object, previous } = change
  return deepEqual(object.spec, previous.spec) ? [] : [previous, object]
}

/** Whether some rule of a policy is for the cluster before and not after a change, or the other way round. */
function turns(policy: OverridePolicy, { previous, object }: { readonly previous: Cluster; readonly object: Cluster }) {
  if (deepEqual(factsOf(previous), factsOf(object))) return false
  return rulesOf(policy).some(
    ({ rule: { targetCluster } }) => matchesCluster(targetCluster, previous) !== matchesCluster(targetCluster, object),
  )
}

/** What an affinity looks at. */
function factsOf({ metadata, spec: { provider, region, zones } }: Cluster): unknown {
  return { labels: metadata.labels ?? {}, provider, region, zones }
}

function scopeOf({ kind, bindings }: TriggerDeps, { metadata }: OverridePolicy): readonly Binding[] {
  if (metadata.namespace === undefined) return bindings.list()
  return kind.namespaced ? bindings.list(metadata.namespace) : []
}

function keysWhere(
  deps: TriggerDeps,
  bindings: readonly Binding[],
  policies: readonly OverridePolicy[],
): readonly string[] {
  // A cluster-wide policy that changes labels has a say in what those of a namespace select: then labels don't count here.
  const selects = deps.clusterOverrides.list().some(mayRelabel) ? selectsKind : selectsObject
  const isSelected = (binding: Binding): boolean =>
    policies.some(policy => isInScope(policy, binding) && selects(policy, templateOf(deps, binding)))
  return bindings.filter(isSelected).map(binding => formatKey(keyOf(binding)))
}

function isInScope({ metadata }: OverridePolicy, binding: Binding): boolean {
  return metadata.namespace === undefined || metadata.namespace === binding.metadata.namespace
}

/** What a selector looks at. Without its template a binding isn't rendered, so its labels don't matter. */
function templateOf({ templates }: TriggerDeps, { spec: { resource } }: Binding): SelectableObject {
  const { apiVersion, kind, namespace = '', name } = resource
  const template = templates.get({ ...parseApiVersion(apiVersion), kind }, { namespace, name })
  return template ?? { apiVersion, kind, metadata: { name, namespace } }
}
