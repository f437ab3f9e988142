import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { taintedSince } from '../../policy/no-execute.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { standingTaints } from '../standing-taints.ts'
import { type EvictionDeps, newEvictionReconciler } from './reconciler.ts'

export interface EvictionControllerDeps extends EvictionDeps {
  readonly bindings: Informer<Binding>
  readonly clusters: Informer<Cluster>
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  { on: CLUSTER, verbs: READ },
]

/**
 * Moves workloads away from clusters with NoExecute taints, for one binding kind.
 *
 * @returns ends it.
 */
export function startEviction(deps: EvictionControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'eviction',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newEvictionReconciler(deps),
  })
  controller.watch({ informer: deps.bindings, keysOf: change => (isDue(deps, change) ? [keyText(change.object)] : []) })
  controller.watch({
    informer: deps.clusters,
    keysOf: change => (isNews(change) ? concerned(deps, change.object) : []),
  })
  controller.start()
  return () => controller.stop()
}

const keyText = (binding: Binding): string => formatKey(keyOf(binding))

/** A binding with something in a tainted cluster, or one that says that it is halted. */
function isDue({ clusters }: EvictionControllerDeps, { type, object }: Change<Binding>): boolean {
  if (type === 'deleted') return false
  if (object.metadata.annotations?.[ANNOTATION.evictionHalted] !== undefined) return true
  const isTainted = (name: string): boolean =>
    taintedSince(clusters.get({ namespace: '', name })?.spec.taints) !== undefined
  return (object.spec.clusters ?? []).some(({ name }) => isTainted(name))
}

/** Whether it can make a difference to who leaves which cluster. */
function isNews(change: Change<Cluster>): boolean {
  const { object } = change
  if (change.type !== 'updated')
    return change.type === 'deleted' || !change.initial || taintedSince(object.spec.taints) !== undefined
  const { previous } = change
  return (
    !deepEqual(standingTaints(object), standingTaints(previous)) ||
    object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    confirmation(object) !== confirmation(previous)
  )
}

function confirmation({ metadata }: Cluster): string | undefined {
  return metadata.annotations?.[ANNOTATION.confirmEviction]
}

/** What the brake says depends on all clusters that are tainted: a change of one can set others free. */
function concerned({ bindings, clusters }: EvictionControllerDeps, changed: Cluster): readonly string[] {
  const tainted = clusters.list().filter(({ spec }) => taintedSince(spec.taints) !== undefined)
  const names = new Set([changed, ...tainted].map(({ metadata }) => metadata.name))
  return bindings
    .list()
    .filter(({ spec }) => spec.clusters?.some(({ name }) => names.has(name)))
    .map(keyText)
}
