import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, type BindingKind, CLUSTER, WORK } from '../../api/kinds.ts'
import { executionNamespace } from '../../api/names.ts'
import { isConditionTrue } from '../../object/condition.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { owningBinding } from '../../object/owning-binding.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { OwnAnswers } from '../../runtime/own-answers.ts'
import { type CollectionDeps, newCollectionReconciler } from './reconciler.ts'
import { gatherFor, isReport, isStatusDue } from './report.ts'

export interface CollectDeps extends Omit<CollectionDeps, 'kind' | 'bindings' | 'observe' | 'movedMs'> {
  readonly works: Informer<Work>
  readonly clusters: Informer<Cluster>
  readonly templates: Pick<InformerSet, 'addHandler'>
  /** What a template does on the host, in words; undefined when nothing. */
  readonly traces: (template: KubeObject) => string | undefined
  readonly bindings: readonly { readonly kind: BindingKind; readonly informer: Informer<Binding> }[]
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
]

/**
 * Works and the scheduling record → binding.status, in one write where it can be one (spec/behaviour/status.md §2). One
 * controller per binding kind.
 *
 * @returns ends them.
 */
export function startCollection(deps: CollectDeps): () => Promise<void> {
  const moved = new Map<string, number>()
  const forget = deps.works.addHandler(change => {
    const { namespace = '' } = change.object.metadata
    // A Work that is made is one more in line: at the beginning of many nobody has been tried yet.
    if (change.type !== 'updated' || isReport(change)) moved.set(namespace, deps.clock.monotonicMs())
  })
  const movedMs = (cluster: string): number | undefined => moved.get(executionNamespace(cluster))
  const stops = deps.bindings.map(row => collectKind({ ...deps, movedMs }, row.kind, row.informer))
  return async () => {
    forget()
    await Promise.all(stops.map(stop => stop()))
  }
}

function collectKind(
  deps: CollectDeps & Pick<CollectionDeps, 'movedMs'>,
  kind: BindingKind,
  bindings: Informer<Binding>,
): () => Promise<void> {
  const answers = new OwnAnswers(bindings)
  const controller = deps.newController({
    name: 'binding-status',
    concurrency: deps.concurrency,
    logFields: { kind: kind.kind },
    reconcile: newCollectionReconciler({ ...deps, ...{ kind, bindings, observe: answers.observe } }),
  })
  const stops = [
    controller.watch({
      informer: bindings,
      keysOf: change => (isStatusDue(kind, change, answers) ? [formatKey(keyOf(change.object))] : []),
    }),
    deps.works.addHandler(change => {
      const key = isReport(change) ? owningBinding(kind, change.object) : undefined
      if (key === undefined) return
      const standing = bindings.get(key)?.status?.aggregatedStatus !== undefined
      controller.enqueue(formatKey(key), standing ? { afterMs: gatherFor(controller, deps.gatherMs) } : {})
    }),
    deps.clusters.addHandler(change => {
      if (!turnsReady(change)) return
      for (const work of deps.works.list(executionNamespace(change.object.metadata.name))) {
        const key = owningBinding(kind, work)
        if (key !== undefined) controller.enqueue(formatKey(key), { priority: 'low' })
      }
    }),
    deps.templates.addHandler((resource, change) => {
      if (resource.namespaced !== kind.namespaced || change.type === 'deleted') return
      // What is not known yet leaves no traces.
      const before = change.type === 'updated' ? deps.traces(change.previous) : undefined
      if (before === deps.traces(change.object)) return
      controller.enqueue(formatKey(bindingKeyOf(change.object)))
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

/** What a member that is not ready has told is not fresh. */
function turnsReady(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return false
  const [now, before] = [change.object, change.previous].map(({ status }) =>
    isConditionTrue(status?.conditions, 'Ready'),
  )
  return now !== before
}
