import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS } from '../../api/kinds.ts'
import { bindingsConcerned } from '../../interpreter/kind-changes.ts'
import { bindingName } from '../../object/generated-names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { type AggregationDeps, newAggregationReconciler } from './reconciler.ts'

export interface AggregateDeps extends Omit<AggregationDeps, 'bindings'> {
  readonly templates: InformerSet
  /** The informers of both binding kinds. */
  readonly bindings: readonly Informer<Binding>[]
  /** Tells when `statusOwner` may say something else. @returns ends it. */
  readonly onOwnersChange: (listener: () => void) => () => void
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: READ })),
  ...BINDING_KINDS.map(on => ({ on, subresource: 'status', verbs: ['patch'] }) as const),
  { on: 'templates', verbs: READ },
  { on: 'templates', subresource: 'status', verbs: ['patch'] },
]

/**
 * Binding.status → the template's status, for kinds that know how to merge (spec/behaviour/status.md §3). One controller per
 * binding kind.
 *
 * @returns ends them.
 */
export function startAggregation(deps: AggregateDeps): () => Promise<void> {
  const stops = deps.bindings.map(bindings => aggregateKind(deps, bindings))
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

function aggregateKind(deps: AggregateDeps, bindings: Informer<Binding>): () => Promise<void> {
  const controller = deps.newController({
    name: 'template-status',
    concurrency: deps.concurrency,
    logFields: { kind: bindings.resource.kind },
    reconcile: newAggregationReconciler({ ...deps, bindings }),
  })
  const stops = [
    deps.onOwnersChange(() => {
      for (const binding of bindings.list()) controller.enqueue(formatKey(keyOf(binding)), { priority: 'low' })
    }),
    deps.interpreter.onChange(concerns => {
      for (const key of bindingsConcerned(bindings.list(), concerns)) controller.enqueue(key, { priority: 'low' })
    }),
    controller.watch({
      informer: bindings,
      keysOf: change => (isDue(change) ? [formatKey(keyOf(change.object))] : []),
    }),
    deps.templates.addHandler((resource, change) => {
      if (resource.namespaced !== bindings.resource.namespaced || !isStatusDue(change)) return
      const { kind, metadata } = change.object
      const namespace = metadata.namespace ?? ''
      controller.enqueue(formatKey({ namespace, name: bindingName({ kind, name: metadata.name }) }))
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function isDue(change: Change<Binding>): boolean {
  if (change.type === 'deleted') return false
  return change.type === 'added' || change.previous.status?.aggregatedStatus !== change.object.status?.aggregatedStatus
}

/** The template's own generation counts in its status (observedGeneration), and somebody else may have written it. */
function isStatusDue(change: Change): boolean {
  if (change.type !== 'updated') return false
  return (
    change.previous.metadata.generation !== change.object.metadata.generation ||
    change.previous['status'] !== change.object['status']
  )
}
