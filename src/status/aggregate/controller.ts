import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, type BindingKind, CLUSTER, WORK } from '../../api/kinds.ts'
import { bindingsConcerned } from '../../interpreter/kind-changes.ts'
import { findCondition } from '../../object/condition.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { owningBinding } from '../../object/owning-binding.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { gatherFor, isReport } from '../collect/report.ts'
import { STATUS_AGGREGATED } from './plan.ts'
import { type AggregationDeps, newAggregationReconciler } from './reconciler.ts'

export interface AggregateDeps extends Omit<AggregationDeps, 'kind' | 'bindings'> {
  readonly templates: InformerSet
  readonly works: Informer<Work>
  readonly bindings: readonly { readonly kind: BindingKind; readonly informer: Informer<Binding> }[]
  /** Tells when `statusOwner` may say something else. @returns ends it. */
  readonly onOwnersChange: (listener: () => void) => () => void
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
  /** How long changes of a status that stands are gathered, in milliseconds. */
  readonly gatherMs: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: READ })),
  ...BINDING_KINDS.map(on => ({ on, subresource: 'status', verbs: ['patch'] }) as const),
  { on: WORK, verbs: READ },
  { on: CLUSTER, verbs: READ },
  { on: 'templates', verbs: READ },
  { on: 'templates', subresource: 'status', verbs: ['patch'] },
]

/**
 * Works and binding.status → the template's status, for kinds that know how to merge (spec/behaviour/status.md §3). Both
 * are written side by side: what a member reports reaches the template without waiting for the binding. One controller per binding kind.
 *
 * @returns ends them.
 */
export function startAggregation(deps: AggregateDeps): () => Promise<void> {
  const stops = deps.bindings.map(row => aggregateKind(deps, row.kind, row.informer))
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

function aggregateKind(deps: AggregateDeps, kind: BindingKind, bindings: Informer<Binding>): () => Promise<void> {
  const controller = deps.newController({
    name: 'template-status',
    concurrency: deps.concurrency,
    logFields: { kind: bindings.resource.kind },
    reconcile: newAggregationReconciler({ ...deps, kind, bindings }),
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
    deps.works.addHandler(change => {
      const key = isReport(change) ? owningBinding(kind, change.object) : undefined
      // The first status comes with the binding's, when every member was tried.
      if (key === undefined || bindings.get(key)?.status?.aggregatedStatus === undefined) return
      controller.enqueue(formatKey(key), { afterMs: gatherFor(controller, deps.gatherMs) })
    }),
    deps.templates.addHandler((resource, change) => {
      if (resource.namespaced !== bindings.resource.namespaced || !isStatusDue(change)) return
      const binding = bindingKeyOf(change.object)
      const isNew = change.type === 'added'
      if (isNew && bindings.get(binding) === undefined) return
      controller.enqueue(formatKey(binding), { priority: isNew ? 'low' : 'high' })
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function isDue(change: Change<Binding>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  const [now, before] = [change.object.status, change.previous.status]
  if (now?.aggregatedStatus !== before?.aggregatedStatus) return true
  // Conditions are written whole, so another controller may take ours away.
  return findCondition(now?.conditions, STATUS_AGGREGATED) !== findCondition(before?.conditions, STATUS_AGGREGATED)
}

/**
 * The template's own generation counts in its status (observedGeneration), and somebody else may have written it. A binding may be
 * known before its template is: at start, or when the kind was not served yet.
 */
function isStatusDue(change: Change): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  return (
    change.previous.metadata.generation !== change.object.metadata.generation ||
    change.previous['status'] !== change.object['status']
  )
}
