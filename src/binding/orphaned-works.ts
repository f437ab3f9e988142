import type { BindingKind } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import { formatKey, keyOf, type ObjectKey, parseKey } from '../object/object-key.ts'
import { owningBinding } from '../object/owning-binding.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import type { Informer } from '../runtime/informer.ts'
import { awaitChange, type ReconcileResult } from '../runtime/reconcile-error.ts'
import { deleteWork } from '../runtime/work-writes.ts'

export interface OrphanDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'get' | 'delete'>
  readonly bindings: Informer<Binding>
  readonly works: Informer<Work>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly newController: (options: ControllerOptions) => Controller
}

/**
 * Works whose binding is gone → deleted. A binding takes its Works along; what it does not know of at that moment would be left
 * in the members for ever: a Work whose creation was never answered, or one of which the cache had not heard yet.
 *
 * @returns ends it.
 */
export function startOrphanRemoval(deps: OrphanDeps): () => Promise<void> {
  const { kind, bindings, works, byBinding } = deps
  const controller = deps.newController({
    name: 'orphaned-works',
    concurrency: 4,
    logFields: { kind: kind.kind },
    reconcile: newOrphanReconciler(deps),
  })
  controller.watch({
    informer: works,
    keysOf: ({ type, object }) => (type !== 'deleted' && isOrphan(deps, object) ? [formatKey(keyOf(object))] : []),
  })
  controller.watch({
    informer: bindings,
    keysOf: ({ type, object }) => {
      const permanentId = object.metadata.labels?.[kind.permanentIdLabel]
      if (type !== 'deleted' || permanentId === undefined) return []
      const left = works.byIndex(byBinding, permanentId).filter(work => isOrphan(deps, work))
      return left.map(work => formatKey(keyOf(work)))
    },
  })
  controller.start()
  return () => controller.stop()
}

function newOrphanReconciler(deps: OrphanDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const work = deps.works.get(parseKey(key))
    const owner = work && ownerOf(deps, work)
    // The cache may be behind: only the apiserver knows that a binding is not there.
    if (work === undefined || owner === undefined || !isOrphan(deps, work)) return awaitChange()
    const live = await findOrUndefined(() => deps.host.get(deps.kind, owner, { signal }))
    if (live === undefined) await deleteWork(deps, work, signal)
    return awaitChange()
  }
}

/** As far as the cache knows. */
function isOrphan(deps: OrphanDeps, work: Work): boolean {
  if (work.metadata.deletionTimestamp !== undefined) return false
  const owner = ownerOf(deps, work)
  return owner !== undefined && deps.bindings.get(owner) === undefined
}

/** The binding that made it; undefined for one of another kind, and for what somebody else made in its name. */
function ownerOf({ kind }: OrphanDeps, work: Work): ObjectKey | undefined {
  const isOurs = work.metadata.labels?.[kind.permanentIdLabel] !== undefined
  return isOurs ? owningBinding(kind, work) : undefined
}
