import { ANNOTATION, FINALIZER } from '../../api/names.ts'
import type { Dependency } from '../../interpreter/pod-dependencies.ts'
import type { JsonPatchOperation } from '../../kube/client.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { attachBinding, detachBinding, disagree, isSnapshotOf } from '../../rendering/attached-binding.ts'
import { mergeFinalizer } from '../../rendering/metadata.ts'
import { planFinalizerRemoval } from '../../runtime/finalizer.ts'

export interface ObservedDependent {
  readonly binding: Binding
  /** What has to go along; undefined: nothing (any more). */
  readonly wanted: WantedDependencies | undefined
  /** Bindings that carry its label. */
  readonly attached: readonly Binding[]
  /** The binding of that name, for those that need the same object. */
  readonly bindingOf: (snapshot: { readonly namespace?: string; readonly name: string }) => Binding | undefined
  readonly newUid: () => string
}

export interface WantedDependencies {
  readonly dependencies: readonly Dependency[]
  /** Those of them that are there, with the binding of each, if there is one. */
  readonly objects: readonly { readonly object: KubeObject; readonly existing: Binding | undefined }[]
  /** Whether an attached binding's object may still be one of them: its kind is not known yet. */
  readonly mayBeWanted: (attached: Binding) => boolean
}

export type Action =
  | { readonly type: 'create' | 'update'; readonly binding: Binding; readonly disagreed: boolean }
  /** A merge patch of the dependent binding. */
  | { readonly type: 'record'; readonly body: JsonObject }
  | { readonly type: 'dropFinalizer'; readonly patch: readonly JsonPatchOperation[] }

/**
 * Those of a template's dependencies that its binding may take along: a cluster-wide object, or one of another namespace, is not a
 * namespaced policy's to hand out, whatever the template or a script names.
 */
export function withinNamespace(
  dependencies: readonly Dependency[],
  template: Pick<KubeObject, 'metadata'>,
  binding: Pick<Binding, 'metadata'>,
): readonly Dependency[] {
  const own = binding.metadata.namespace
  return dependencies.filter(({ namespace = template.metadata.namespace }) => own !== undefined && namespace === own)
}

/**
 * What makes the objects that a binding needs go where it goes, and no others.
 *
 * @source spec/behaviour/propagation.md §7
 */
export function plan(observed: ObservedDependent): readonly Action[] {
  const { binding, wanted } = observed
  if (wanted === undefined) return [...planDetach(observed, observed.attached), ...planRelease(binding)]
  const kept = new Set(wanted.objects.flatMap(({ existing }) => existing?.metadata.uid ?? []))
  const orphans = observed.attached.filter(
    attached => !kept.has(attached.metadata.uid ?? '') && !wanted.mayBeWanted(attached),
  )
  return [
    ...planRecord(binding, wanted.dependencies),
    ...planDetach(observed, orphans),
    ...planAttach(observed, wanted),
  ]
}

function planAttach(observed: ObservedDependent, { objects }: WantedDependencies): readonly Action[] {
  return objects.flatMap(({ object, existing }): readonly Action[] => {
    const dependents = [observed.binding, ...othersOf(observed, existing)]
    const attachment = { object, existing, dependent: observed.binding, dependents, permanentId: observed.newUid() }
    const binding = attachBinding(attachment)
    if (existing === undefined) return [{ type: 'create', binding, disagreed: disagree(dependents) }]
    return isSame(binding, existing) ? [] : [{ type: 'update', binding, disagreed: disagree(dependents) }]
  })
}

function planDetach(observed: ObservedDependent, attached: readonly Binding[]): readonly Action[] {
  return attached.map(existing => {
    const others = othersOf(observed, existing)
    return { type: 'update', binding: detachBinding(existing, observed.binding, others), disagreed: disagree(others) }
  })
}

/** The other bindings that need an object. */
function othersOf({ binding, bindingOf }: ObservedDependent, existing: Binding | undefined): readonly Binding[] {
  return (existing?.spec.requiredBy ?? [])
    .filter(snapshot => !isSnapshotOf(snapshot, binding))
    .flatMap(snapshot => bindingOf(snapshot) ?? [])
}

/** Before anything is attached: so that a binding is never gone without its attachments. */
function planRecord({ metadata }: Binding, dependencies: readonly Dependency[]): readonly Action[] {
  const text = JSON.stringify(dependencies)
  const finalizers = mergeFinalizer(metadata.finalizers, FINALIZER.dependencies)
  const recorded = metadata.annotations?.[ANNOTATION.dependencies] === text
  if (recorded && finalizers === metadata.finalizers) return []
  // The version makes it fail when somebody else has changed the finalizers meanwhile.
  const { resourceVersion } = metadata
  return [
    {
      type: 'record',
      body: { metadata: { resourceVersion, finalizers, annotations: { [ANNOTATION.dependencies]: text } } },
    },
  ]
}

function planRelease(binding: Binding): readonly Action[] {
  const patch = planFinalizerRemoval(binding, FINALIZER.dependencies)
  const isRecorded = binding.metadata.annotations?.[ANNOTATION.dependencies] !== undefined
  const forget: Action = { type: 'record', body: { metadata: { annotations: { [ANNOTATION.dependencies]: null } } } }
  const isLive = binding.metadata.deletionTimestamp === undefined
  return [
    ...(isRecorded && isLive ? [forget] : []),
    ...(patch === undefined ? [] : [{ type: 'dropFinalizer', patch } as const]),
  ]
}

function isSame(desired: Binding, existing: Binding): boolean {
  return deepEqual(desired.spec, existing.spec) && deepEqual(desired.metadata, existing.metadata)
}
