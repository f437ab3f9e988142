import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import { findCondition } from '../../object/condition.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { taintedSince } from '../../policy/no-execute.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { newOutageReconciler, type OutageDeps } from './reconciler.ts'

export interface OutageControllerDeps extends OutageDeps {
  readonly clusters: Informer<Cluster>
  readonly bindings: readonly Informer<Binding>[]
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: [...READ, 'patch'] },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
  ...BINDING_KINDS.map(on => ({ on, verbs: READ })),
]

/**
 * Taints clusters in an outage when the operator is to find out by itself, and tells on them what the brake stops.
 *
 * @returns ends it.
 */
export function startOutages(deps: OutageControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'cluster-outage',
    concurrency: deps.concurrency,
    reconcile: newOutageReconciler(deps),
  })
  controller.watch({
    informer: deps.clusters,
    keysOf: change => (isNews(change) ? concerned(deps, change.object) : []),
  })
  // Who comes to be in a tainted cluster, or is the last to leave it, changes whether anything is halted there.
  for (const informer of deps.bindings) {
    controller.watch({ informer, keysOf: change => taintedTargets(deps, change) })
  }
  controller.start()
  return () => controller.stop()
}

/** One that is as it was at the start is looked at too: the mode may be another. */
function isNews(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return true
  const { object, previous } = change
  return (
    !deepEqual(object.spec.taints, previous.spec.taints) ||
    !deepEqual(object.metadata.annotations, previous.metadata.annotations) ||
    object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    readiness(object) !== readiness(previous)
  )
}

function readiness({ status }: Cluster): string | undefined {
  return findCondition(status?.conditions, 'Ready')?.status
}

/** The brake looks at all that are tainted. */
function concerned({ clusters }: OutageControllerDeps, changed: Cluster): readonly string[] {
  const others = clusters.list().filter(isTainted)
  return [...new Set([changed, ...others].map(({ metadata }) => metadata.name))]
}

function isTainted({ spec, metadata }: Cluster): boolean {
  return taintedSince(spec.taints) !== undefined || metadata.annotations?.[ANNOTATION.failoverTaint] !== undefined
}

function taintedTargets({ clusters }: OutageControllerDeps, change: Change<Binding>): readonly string[] {
  if (change.type === 'updated' && deepEqual(change.object.spec.clusters, change.previous.spec.clusters)) return []
  const before = change.type === 'updated' ? (change.previous.spec.clusters ?? []) : []
  const names = new Set([...(change.object.spec.clusters ?? []), ...before].map(({ name }) => name))
  return [...names].filter(name => {
    const cluster = clusters.get({ namespace: '', name })
    return cluster !== undefined && taintedSince(cluster.spec.taints) !== undefined
  })
}
