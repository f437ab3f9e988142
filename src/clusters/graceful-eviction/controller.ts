import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER, WORK } from '../../api/kinds.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { owningBinding } from '../../object/owning-binding.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { isAway } from './plan.ts'
import { type GracefulEvictionDeps, newGracefulEvictionReconciler } from './reconciler.ts'

export interface GracefulEvictionControllerDeps extends GracefulEvictionDeps {
  readonly bindings: Informer<Binding>
  readonly clusters: Informer<Cluster>
  readonly works: Informer<Work>
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  { on: CLUSTER, verbs: READ },
  { on: WORK, verbs: READ },
]

/**
 * Ends evictions once their replacement is there, for one binding kind.
 *
 * @returns ends it.
 */
export function startGracefulEviction(deps: GracefulEvictionControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'graceful-eviction',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newGracefulEvictionReconciler(deps),
  })
  controller.watch({
    informer: deps.bindings,
    keysOf: ({ type, object }) => (type !== 'deleted' && hasTasks(object) ? [keyText(object)] : []),
  })
  controller.watch({ informer: deps.works, keysOf: ({ object }) => ownerWithTasks(deps, object) })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? leaving(deps, change.object) : []) })
  controller.start()
  return () => controller.stop()
}

const keyText = (binding: Binding): string => formatKey(keyOf(binding))

function hasTasks({ spec }: Binding): boolean {
  return (spec.gracefulEvictionTasks ?? []).length > 0
}

function ownerWithTasks({ kind, bindings }: GracefulEvictionControllerDeps, work: Work): readonly string[] {
  const key = owningBinding(kind, work)
  const binding = key && bindings.get(key)
  return binding !== undefined && hasTasks(binding) ? [keyText(binding)] : []
}

/** A cluster that is back can be emptied; one that is deleted is emptied anyway. */
function isNews(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return change.type === 'deleted'
  const { object, previous } = change
  const isGoing = ({ metadata }: Cluster): boolean => metadata.deletionTimestamp !== undefined
  return isAway(object) !== isAway(previous) || isGoing(object) !== isGoing(previous)
}

function leaving({ bindings }: GracefulEvictionControllerDeps, { metadata }: Cluster): readonly string[] {
  return bindings
    .list()
    .filter(({ spec }) => spec.gracefulEvictionTasks?.some(task => task.fromCluster === metadata.name))
    .map(keyText)
}
