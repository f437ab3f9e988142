import { type HostRule, READ } from '../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER, OVERRIDE_KINDS, WORK } from '../api/kinds.ts'
import { clusterOfExecutionNamespace } from '../api/names.ts'
import { expectedClusters } from '../interpreter/aggregated-status.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import { bindingsConcerned } from '../interpreter/kind-changes.ts'
import { deepEqual } from '../object/equality.ts'
import { bindingKeyOf } from '../object/generated-names.ts'
import type { Binding, Cluster, OverridePolicy, Work } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { owningBinding } from '../object/owning-binding.ts'
import { carriedRules } from '../policy/member-rules.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import type { InformerSet } from '../runtime/informer-set.ts'
import { startOrphanRemoval } from './orphaned-works.ts'
import { keysOfCluster, keysOfPolicy } from './override-triggers.ts'
import { type BindingDeps, newBindingReconciler } from './reconciler.ts'

export interface BindingControllerDeps extends BindingDeps {
  readonly interpreter: BindingDeps['interpreter'] & Pick<Interpreter, 'onChange'>
  readonly templates: InformerSet
  readonly clusters: Informer<Cluster>
  readonly overrides: Informer<OverridePolicy>
  readonly clusterOverrides: Informer<OverridePolicy>
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  { on: WORK, verbs: [...READ, 'create', 'update', 'patch', 'delete'] },
  { on: 'templates', verbs: READ },
  { on: CLUSTER, verbs: READ },
  ...OVERRIDE_KINDS.map(on => ({ on, verbs: READ })),
]

/**
 * Binding → Works, for one binding kind.
 *
 * @returns ends it.
 */
export function startBindingController(deps: BindingControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'binding',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newBindingReconciler(deps),
  })
  const stops = [
    controller.watch({
      informer: deps.bindings,
      keysOf: change => (isDue(change) ? [formatKey(keyOf(change.object))] : []),
    }),
    deps.works.addHandler(change => {
      const disturbed = isDisturbed(change)
      // Most of what a Work tells is its status.
      if (change.type === 'updated' && !disturbed) return
      const key = owningBinding(deps.kind, change.object)
      if (key !== undefined && (disturbed || isUnexpected(change, deps.bindings.get(key)))) {
        controller.enqueue(formatKey(key))
      }
    }),
    ...[deps.overrides, deps.clusterOverrides].map(informer =>
      controller.watch({ informer, keysOf: change => keysOfPolicy(deps, change) }),
    ),
    controller.watch({ informer: deps.clusters, keysOf: change => keysOfCluster(deps, change) }),
    deps.interpreter.onChange(concerns => {
      for (const key of bindingsConcerned(deps.bindings.list(), concerns)) controller.enqueue(key, { priority: 'low' })
    }),
    // A binding may be known before its template is: at start, or when the kind was not served yet.
    deps.templates.addHandler((resource, change) => {
      if (change.type !== 'added' || resource.namespaced !== deps.kind.namespaced) return
      const key = bindingKeyOf(change.object)
      if (deps.bindings.get(key) !== undefined) controller.enqueue(formatKey(key), { priority: 'low' })
    }),
  ]
  const stopOrphans = startOrphanRemoval(deps)
  controller.start()
  return async () => {
    await stopOrphans()
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function isDue(change: Change<Binding>): boolean {
  if (change.type === 'deleted') return false
  if (change.type === 'added' || change.object.metadata.generation !== change.previous.metadata.generation) return true
  // What a policy says by annotation of how members are treated is no part of the spec.
  const [before, after] = [change.previous, change.object].map(({ metadata }) => carriedRules(metadata.annotations))
  return !deepEqual(before, after)
}

/** A Work whose creation was never answered: its binding may have been moved before anybody heard of it. */
export function isUnexpected(change: Change<Work>, binding: Binding | undefined): boolean {
  if (change.type !== 'added' || change.initial || binding === undefined) return false
  const cluster = clusterOfExecutionNamespace(change.object.metadata.namespace ?? '')
  return cluster !== undefined && !expectedClusters(binding).has(cluster)
}

/** A Work that was taken away, or whose spec somebody else changed. */
function isDisturbed(change: Change<Work>): boolean {
  if (change.type === 'added') return false
  return change.type === 'deleted' || change.object.metadata.generation !== change.previous.metadata.generation
}
