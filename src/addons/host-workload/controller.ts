import type { HostRule } from '../../api/host-rule.ts'
import { JOB, POD, REPLICA_SET } from '../../api/kinds.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { templateKeyOf, templateKeyOfBinding } from '../../object/template-key.ts'
import { parkableKind } from '../../parking/mechanisms.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import { type HostWorkloadReconcilerDeps, newHostWorkloadReconciler } from './reconciler.ts'

export interface HostWorkloadDeps extends Omit<HostWorkloadReconcilerDeps, 'templates' | 'bindings'> {
  readonly templates: InformerSet
  /** Parked kinds are namespaced, and so are their bindings. */
  readonly bindings: Informer<Binding>
  readonly newController: (options: ControllerOptions) => Controller
}

/** What a template left running on the host is deleted, and nothing else (ownerReferences tell). */
export const HOST_RULES: readonly HostRule[] = [
  { on: REPLICA_SET, verbs: ['list', 'delete'], when: 'parking' },
  { on: POD, verbs: ['list', 'delete'], when: 'parking' },
  { on: JOB, verbs: ['list', 'delete'], when: 'parking' },
  { on: 'templates', verbs: ['patch'] },
]

/**
 * Moves workloads of the host to the members when their user asks for it, and removes what a parked template left behind.
 *
 * @returns ends it.
 */
export function startHostWorkload(deps: HostWorkloadDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'host-workload',
    concurrency: 4,
    reconcile: newHostWorkloadReconciler(deps),
  })
  const stops = [
    deps.templates.addHandler((_resource, change) => {
      if (isConcerned(change)) controller.enqueue(templateKeyOf(change.object))
    }),
    controller.watch({
      informer: deps.bindings,
      keysOf: change => (isNews(change) ? [templateKeyOfBinding(change.object)] : []),
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function isConcerned(change: Change): boolean {
  if (change.type === 'deleted' || parkableKind(change.object) === undefined) return false
  if (change.type === 'added') return true
  const { labels, annotations } = change.object.metadata
  return labels !== change.previous.metadata.labels || annotations !== change.previous.metadata.annotations
}

/** Health of the members is what a promotion waits for. */
function isNews(change: Change<Binding>): boolean {
  return change.type === 'updated' && change.previous.status !== change.object.status
}
