import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { isAway } from '../graceful-eviction/plan.ts'
import { type FailbackDeps, newFailbackReconciler } from './reconciler.ts'

export interface FailbackControllerDeps extends FailbackDeps {
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
 * Brings workloads back that failover has moved, when somebody asks, for one binding kind.
 *
 * @returns ends it.
 */
export function startFailback(deps: FailbackControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'failback',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newFailbackReconciler(deps),
  })
  controller.watch({
    informer: deps.bindings,
    keysOf: ({ type, object }) => (type !== 'deleted' && isMarked(object) ? [formatKey(keyOf(object))] : []),
  })
  controller.watch({ informer: deps.clusters, keysOf: change => (isBack(change) ? requested(deps) : []) })
  controller.start()
  return () => controller.stop()
}

function isMarked({ metadata }: Binding): boolean {
  return [ANNOTATION.moves, ANNOTATION.failback].some(key => metadata.annotations?.[key] !== undefined)
}

function isBack(change: Change<Cluster>): boolean {
  return change.type === 'updated' && isAway(change.previous) && !isAway(change.object)
}

function requested({ bindings }: FailbackControllerDeps): readonly string[] {
  const asking = bindings.list().filter(({ metadata }) => metadata.annotations?.[ANNOTATION.failback] !== undefined)
  return asking.map(binding => formatKey(keyOf(binding)))
}
