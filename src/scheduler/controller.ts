import { type HostRule, READ } from '../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import { changesSchedules, isConcerned } from '../scheduling/cluster-event.ts'
import { newSchedulingReconciler, type SchedulingDeps } from './reconciler.ts'

export interface SchedulerDeps extends SchedulingDeps {
  readonly host: Client
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
 * Binding or Cluster changed → spec.clusters again, with the function that placed the binding when it was created
 * (spec/behaviour/scheduling.md §1-3).
 *
 * @returns ends it.
 */
export function startScheduler(deps: SchedulerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'scheduler',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newSchedulingReconciler(deps),
  })
  controller.watch({
    informer: deps.bindings,
    keysOf: change => (isDue(change) ? [formatKey(keyOf(change.object))] : []),
  })
  controller.watch({
    informer: deps.clusters,
    keysOf: change => bindingsConcerned(deps, change),
  })
  controller.start()
  return () => controller.stop()
}

function isDue(change: Change<Binding>): boolean {
  if (change.type === 'deleted') return false
  return change.type === 'added' || change.object.metadata.generation !== change.previous.metadata.generation
}

/** The bindings that may go elsewhere because of a cluster (spec/behaviour/scheduling.md §1). */
function bindingsConcerned({ bindings }: SchedulerDeps, change: Change<Cluster>): readonly string[] {
  // At start every binding is looked at anyway.
  if (change.type === 'added' && change.initial) return []
  if (change.type === 'updated' && !changesSchedules(change.previous, change.object)) return []
  const states = change.type === 'updated' ? [change.previous, change.object] : [change.object]
  return bindings
    .list()
    .filter(binding => isConcerned(binding, states))
    .map(binding => formatKey(keyOf(binding)))
}
