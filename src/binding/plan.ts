import type { BindingKind } from '../api/kinds.ts'
import { ANNOTATION, clusterOfExecutionNamespace } from '../api/names.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import { isPurgedAtOnce } from '../policy/purge-mode.ts'
import { isSameWork } from '../rendering/assemble-work.ts'
import { planFinalizerRemoval } from '../runtime/finalizer.ts'

export interface ObservedBinding {
  readonly kind: BindingKind
  readonly binding: Binding
  /** Works with the binding's permanent-id, those that are being deleted included. */
  readonly works: readonly Work[]
  /**
   * The Work of each target as it should be, with what is there now; undefined while there is no template to render. What
   * is there for a target that is not among them stays as it is.
   */
  readonly rendered: readonly RenderedWork[] | undefined
}

export interface RenderedWork {
  readonly desired: Work
  readonly existing: Work | undefined
}

export type Action =
  | { readonly type: 'createWork'; readonly work: Work }
  | { readonly type: 'updateWork'; readonly work: Work }
  | { readonly type: 'deleteWork'; readonly work: Work }
  /** A Work that is being deleted: whether what it put into the member is wanted there again, and stays. */
  | { readonly type: 'markWork'; readonly work: Work; readonly keeps: boolean }
  | { readonly type: 'dropFinalizer'; readonly patch: readonly JsonPatchOperation[] }
  /** An old copy that must be gone at once still is not: look again later. */
  | { readonly type: 'waitForPurge' }

/**
 * What brings the Works of a binding to what it says.
 *
 * @source spec/behaviour/propagation.md §8, §8.4
 */
export function plan(observed: ObservedBinding): readonly Action[] {
  return observed.binding.metadata.deletionTimestamp === undefined ? planLive(observed) : planDeletion(observed)
}

function planDeletion({ kind, binding, works }: ObservedBinding): readonly Action[] {
  const patch = planFinalizerRemoval(binding, kind.finalizer)
  return [
    ...works.filter(isLive).map(deletion),
    ...works.flatMap(work => markIf(work, false)),
    ...(patch === undefined ? [] : [{ type: 'dropFinalizer', patch } as const]),
  ]
}

function planLive({ binding, works, rendered }: ObservedBinding): readonly Action[] {
  const kept = keptClusters(binding)
  const names = new Map(rendered?.map(({ desired }) => [clusterOf(desired), desired.metadata.name]))
  // An override may give the object another name: its Work of the old name goes.
  const isOrphan = (work: Work): boolean =>
    !kept.has(clusterOf(work)) || (names.get(clusterOf(work)) ?? work.metadata.name) !== work.metadata.name
  const orphans = works.filter(work => isLive(work) && isOrphan(work)).map(deletion)
  const purging = awaitsPurge(binding, works)
  const isWanted = (work: Work): boolean => !purging && names.get(clusterOf(work)) === work.metadata.name
  const marks = rendered === undefined ? [] : works.flatMap(work => markIf(work, isWanted(work)))
  if (purging) return [...orphans, ...marks, { type: 'waitForPurge' }]
  return [...orphans, ...marks, ...(rendered ?? []).flatMap(planWork)]
}

/** A Work that is on its way out when its cluster becomes a target again would take the object with it, and be made anew. */
function markIf(work: Work, keeps: boolean): readonly Action[] {
  const marked = work.metadata.annotations?.[ANNOTATION.keepsObject] !== undefined
  return isLive(work) || marked === keeps ? [] : [{ type: 'markWork', work, keeps }]
}

function planWork({ desired, existing }: RenderedWork): readonly Action[] {
  if (existing === undefined) return [{ type: 'createWork', work: desired }]
  return isSameWork(desired, existing) ? [] : [{ type: 'updateWork', work: desired }]
}

/** The clusters that get a Work: targets, then those of bindings that depend on this one; the first mention wins. */
export function targetsOf(binding: Binding): readonly { readonly name: string; readonly replicas?: number }[] {
  const required = (binding.spec.requiredBy ?? []).flatMap(snapshot => snapshot.clusters ?? [])
  const byName = new Map<string, { readonly name: string; readonly replicas?: number }>()
  for (const target of [...(binding.spec.clusters ?? []), ...required]) {
    if (!byName.has(target.name)) byName.set(target.name, target)
  }
  return [...byName.values()]
}

function keptClusters(binding: Binding): ReadonlySet<string> {
  const leaving = (binding.spec.gracefulEvictionTasks ?? []).filter(task => !isPurgedAtOnce(task))
  return new Set([...targetsOf(binding).map(target => target.name), ...leaving.map(task => task.fromCluster)])
}

function awaitsPurge(binding: Binding, works: readonly Work[]): boolean {
  const purged = new Set(
    (binding.spec.gracefulEvictionTasks ?? []).filter(isPurgedAtOnce).map(task => task.fromCluster),
  )
  return works.some(work => purged.has(clusterOf(work)))
}

function isLive(work: Work): boolean {
  return work.metadata.deletionTimestamp === undefined
}

function deletion(work: Work): Action {
  return { type: 'deleteWork', work }
}

function clusterOf(work: Work): string {
  return clusterOfExecutionNamespace(work.metadata.namespace ?? '') ?? ''
}
