import { type HostRule, READ } from '../../api/host-rule.ts'
import { RESOURCE_BINDING } from '../../api/kinds.ts'
import { DEPENDED_BY_PREFIX, FINALIZER } from '../../api/names.ts'
import { bindingsConcerned } from '../../interpreter/kind-changes.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { type DependencyIndex, newDependencyIndex } from './dependency-index.ts'
import { type DependencyReconcilerDeps, newDependencyReconciler } from './reconciler.ts'

export interface DependencyDeps extends DependencyReconcilerDeps {
  readonly newController: (options: ControllerOptions) => Controller
}

/** `finalizers`: a binding names its template as the owner that waits for it (OwnerReferencesPermissionEnforcement). */
export const HOST_RULES: readonly HostRule[] = [
  { on: RESOURCE_BINDING, verbs: [...READ, 'create', 'update', 'patch'] },
  { on: 'templates', verbs: READ },
  { on: 'templates', subresource: 'finalizers', verbs: ['update'] },
]

/** Index of bindings: the permanent-ids of the bindings that need them. */
export function dependentsOf({ metadata: { labels = {} } }: Binding): readonly string[] {
  return Object.entries(labels).flatMap(([name, value]) => (name.startsWith(DEPENDED_BY_PREFIX) ? [value] : []))
}

/**
 * Takes along what workloads need: ConfigMaps, Secrets and the like go to the clusters of each binding that says so.
 *
 * @returns ends it.
 */
export function startDependencies(deps: DependencyDeps): () => Promise<void> {
  const index = newDependencyIndex()
  const controller = deps.newController({
    name: 'dependencies',
    concurrency: 4,
    reconcile: newDependencyReconciler(deps, index),
  })
  const stops = [
    controller.watch({
      informer: deps.bindings,
      keysOf: change => [...(isNews(change) ? [formatKey(keyOf(change.object))] : []), ...dependentsLeft(change)],
    }),
    deps.interpreter.onChange(concernsKind => {
      const standing = deps.bindings.list().filter(concerns)
      for (const key of bindingsConcerned(standing, concernsKind)) controller.enqueue(key, { priority: 'low' })
    }),
    deps.templates.addHandler(({ namespaced }, change) => {
      for (const key of dependentsOn(change, index)) controller.enqueue(key)
      const own = namespaced ? bindingThatWaited(change, deps.bindings) : undefined
      if (own !== undefined) controller.enqueue(own, { priority: 'low' })
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function dependentsOn(change: Change, index: DependencyIndex): readonly string[] {
  const objects = change.type === 'updated' ? [change.object, change.previous] : [change.object]
  return objects.flatMap(object => index.dependentsOf(object))
}

/** Whoever deletes the binding of what others need has it made again by these. */
export function dependentsLeft({ type, object }: Change<Binding>): readonly string[] {
  if (type !== 'deleted') return []
  return (object.spec.requiredBy ?? []).map(({ namespace = '', name }) => formatKey({ namespace, name }))
}

/**
 * The binding of a template that has come, when it takes something along: it may have been known before its template was (at a start,
 * or when the kind was not served yet), and then nobody knows what it needs.
 */
export function bindingThatWaited(
  { type, object }: Change,
  bindings: Pick<Lister<Binding>, 'get'>,
): string | undefined {
  if (type !== 'added') return undefined
  const binding = bindings.get(bindingKeyOf(object))
  return binding !== undefined && concerns(binding) ? formatKey(keyOf(binding)) : undefined
}

/** A binding that takes something along, or did; not its status. */
function isNews(change: Change<Binding>): boolean {
  const { object } = change
  if (!concerns(object) && !(change.type === 'updated' && concerns(change.previous))) return false
  if (change.type !== 'updated') return true
  return (
    object.metadata.generation !== change.previous.metadata.generation ||
    object.metadata.deletionTimestamp !== change.previous.metadata.deletionTimestamp ||
    object.metadata.labels !== change.previous.metadata.labels
  )
}

function concerns({ metadata, spec }: Binding): boolean {
  return spec.propagateDeps === true || metadata.finalizers?.includes(FINALIZER.dependencies) === true
}
