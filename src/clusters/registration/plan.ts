import type { Taint } from '../../api/generated/cluster.ts'
import { executionNamespace, FINALIZER, LABEL } from '../../api/names.ts'
import { findCondition } from '../../object/condition.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { automaticTaints } from './taints.ts'

/** Everything that decides what a Cluster object needs. */
export interface Observed {
  readonly cluster: Cluster
  /** The execution namespace, if it is there. */
  readonly namespace: KubeObject | undefined
  /** Bindings that still name the cluster in spec.clusters. Read only while the cluster is being deleted. */
  readonly targetedBy: readonly Binding[]
  /** Works of the execution namespace. Read only while the cluster is being deleted. */
  readonly works: readonly KubeObject[]
  /** RFC 3339. */
  readonly now: string
}

export type Action =
  | { readonly type: 'createNamespace'; readonly name: string }
  | { readonly type: 'labelNamespace'; readonly name: string }
  /** A merge patch that holds the resourceVersion it was made for. */
  | { readonly type: 'patchCluster'; readonly patch: JsonObject; readonly taints: boolean }
  /** Takes our finalizer off the Cluster. */
  | { readonly type: 'releaseCluster' }
  /** Takes the finalizer of the execution off a Work. */
  | { readonly type: 'releaseWork'; readonly work: KubeObject }
  | { readonly type: 'deleteNamespace'; readonly namespace: KubeObject }
  | { readonly type: 'deleteWork'; readonly work: KubeObject }
  /** Tells the user what holds up the deletion. */
  | { readonly type: 'reportHeld'; readonly message: string }
  /** Look again soon: something that nothing tells us of must go first. */
  | { readonly type: 'wait' }

/**
 * What a Cluster object needs: its execution namespace, its finalizer and taints; or, when it is deleted,
 * the same taken down in the order that lets the member be emptied first.
 *
 * @source spec/behaviour/clusters.md §1.3, §3, §7; spec/api/admission.md §15
 */
export function plan(observed: Observed): readonly Action[] {
  return observed.cluster.metadata.deletionTimestamp === undefined ? planUse(observed) : planRemoval(observed)
}

/** The finalizer first: of a Cluster that is deleted before it has one, a namespace would stay for which nobody is left. */
function planUse(observed: Observed): readonly Action[] {
  return [...planFields(observed), ...planNamespace(observed)]
}

function planNamespace({ cluster, namespace }: Observed): readonly Action[] {
  const name = executionNamespace(cluster.metadata.name)
  if (namespace === undefined) return [{ type: 'createNamespace', name }]
  return namespace.metadata.labels?.[LABEL.system] === 'true' ? [] : [{ type: 'labelNamespace', name }]
}

function planFields({ cluster, now }: Observed): readonly Action[] {
  const spec = specChanges(cluster, now)
  const finalizers = cluster.metadata.finalizers ?? []
  const finalized = finalizers.includes(FINALIZER.cluster)
  if (finalized && Object.keys(spec).length === 0) return []
  const patch = {
    metadata: {
      resourceVersion: cluster.metadata.resourceVersion,
      ...(finalized ? {} : { finalizers: [...finalizers, FINALIZER.cluster] }),
    },
    ...(Object.keys(spec).length === 0 ? {} : { spec }),
  }
  return [{ type: 'patchCluster', patch, taints: 'taints' in spec }]
}

/** What Karmada's aggregated apiserver does on every write, plus the automatic taints. */
function specChanges(cluster: Cluster, now: string): JsonObject {
  const before = cluster.spec.taints ?? []
  const ready = findCondition(cluster.status?.conditions, 'Ready')?.status
  const taints = stampNoExecute(automaticTaints(before, ready, now), now)
  return { ...(taints === before ? {} : { taints }), ...zoneChanges(cluster.spec) }
}

function stampNoExecute(taints: readonly Taint[], now: string): readonly Taint[] {
  const unstamped = (taint: Taint): boolean => taint.effect === 'NoExecute' && taint.timeAdded === undefined
  return taints.some(unstamped)
    ? taints.map(taint => (unstamped(taint) ? { ...taint, timeAdded: now } : taint))
    : taints
}

/** The deprecated `zone` moves into `zones` when that is empty. */
function zoneChanges({ zone, zones = [] }: Cluster['spec']): JsonObject {
  return zone !== undefined && zone !== '' && zones.length === 0 ? { zone: null, zones: [zone] } : {}
}

function planRemoval(observed: Observed): readonly Action[] {
  const { cluster, namespace, targetedBy } = observed
  if (!(cluster.metadata.finalizers ?? []).includes(FINALIZER.cluster)) return []
  if (namespace === undefined && targetedBy.length === 0) return [{ type: 'releaseCluster' }]
  return [...releaseUnreachable(observed), ...planNamespaceRemoval(observed), ...reportHeld(observed), { type: 'wait' }]
}

/**
 * An agent's rights lie in the namespace and go with it: the Works go first while it answers, so that it can empty its
 * member.
 */
function planNamespaceRemoval({ cluster, namespace, works }: Observed): readonly Action[] {
  if (namespace === undefined || namespace.metadata.deletionTimestamp !== undefined) return []
  if (!isAnsweredByAgent(cluster) || works.length === 0) return [{ type: 'deleteNamespace', namespace }]
  const remaining = works.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return remaining.map((work): Action => ({ type: 'deleteWork', work }))
}

function isAnsweredByAgent({ spec, status }: Cluster): boolean {
  return spec.syncMode === 'Pull' && findCondition(status?.conditions, 'Ready')?.status === 'True'
}

/** What usually goes by itself within so many milliseconds is not worth a word. */
const QUIET_MS = 20_000
const MOST_NAMED = 3

/** Tells what a deletion waits for: first the Works that empty the member, then the bindings that name the cluster. */
function reportHeld({ cluster, namespace, targetedBy, works, now }: Observed): readonly Action[] {
  if (namespace === undefined) {
    const message =
      `Deletion waits for bindings that still name the cluster: ${namesOf(targetedBy)}. ` +
      'Their scheduling is suspended, fails, or belongs to another scheduler; resume it, or take the cluster out of their spec.clusters'
    return [{ type: 'reportHeld', message }]
  }
  const sinceMs = Date.parse(now) - Date.parse(cluster.metadata.deletionTimestamp ?? now)
  return sinceMs < QUIET_MS ? [] : [{ type: 'reportHeld', message: namespaceHeld(namespace, works) }]
}

function namespaceHeld(namespace: KubeObject, works: readonly KubeObject[]): string {
  const { name } = namespace.metadata
  if (works.length > 0) {
    return (
      `Deletion waits for Works in namespace ${name}: ${namesOf(works)}. ` +
      "What they propagated has to go from the member first; a member's own finalizers may hold it"
    )
  }
  return `Deletion waits for namespace ${name}, which is not gone although it holds no Works: see its status.conditions`
}

function namesOf(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, MOST_NAMED).map(object => formatKey(keyOf(object)))
  return `${names.join(', ')}${objects.length > MOST_NAMED ? ` and ${objects.length - MOST_NAMED} more` : ''}`
}

/** Nobody else will: the agent that removes the finalizers of its Works does not answer. */
function releaseUnreachable({ cluster, works }: Observed): readonly Action[] {
  if (cluster.spec.syncMode !== 'Pull' || isAnsweredByAgent(cluster)) return []
  const held = works.filter(work => work.metadata.finalizers?.includes(FINALIZER.work))
  return held.map((work): Action => ({ type: 'releaseWork', work }))
}
