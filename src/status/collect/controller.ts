import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, type BindingKind, CLUSTER, WORK } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isConditionTrue } from '../../object/condition.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../../object/object-key.ts'
import { owningBinding } from '../../object/owning-binding.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { planBindingStatus, progressOf } from './plan.ts'

export interface CollectDeps {
  readonly host: Client
  readonly works: Informer<Work>
  readonly clusters: Lister<Cluster>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly bindings: readonly { readonly kind: BindingKind; readonly informer: Informer<Binding> }[]
  readonly clock: Clock
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
  /** How long a status waits for the next step of members that are ready, in milliseconds; three times that in all. */
  readonly holdMs: number
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
 * Works and the scheduling record → binding.status, in one write where it can be one (spec/behaviour/status.md §2).
 *
 * @returns ends the controllers.
 */
export function startCollection(deps: CollectDeps): () => Promise<void> {
  const stops = deps.bindings.map(row => collectKind(deps, row.kind, row.informer))
  return async () => {
    await Promise.all(stops.map(stop => stop()))
  }
}

function collectKind(deps: CollectDeps, kind: BindingKind, bindings: Informer<Binding>): () => Promise<void> {
  const holds = new Map<string, Hold>()
  const controller = deps.newController({
    name: 'binding-status',
    concurrency: deps.concurrency,
    logFields: { kind: kind.kind },
    reconcile: (key, signal) => collect({ deps, kind, bindings, holds }, key, signal),
  })
  const stops = [
    controller.watch({
      informer: bindings,
      keysOf: change => (isDue(change) ? [formatKey(keyOf(change.object))] : []),
    }),
    deps.works.addHandler(change => {
      const key = isReport(change) ? owningBinding(kind, change.object) : undefined
      if (key === undefined) return
      const standing = bindings.get(key)?.status?.aggregatedStatus !== undefined
      controller.enqueue(formatKey(key), standing ? { afterMs: deps.gatherMs } : {})
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

interface Collection {
  readonly deps: CollectDeps
  readonly kind: BindingKind
  readonly bindings: Informer<Binding>
  readonly holds: Map<string, Hold>
}

interface Hold {
  readonly startMs: number
  /** Of the last step. */
  readonly sinceMs: number
  readonly steps: number
}

const MOST_HOLDS = 3

async function collect(collection: Collection, key: string, signal: AbortSignal): Promise<ReconcileResult> {
  const { deps, kind, bindings, holds } = collection
  const binding = bindings.get(parseKey(key))
  const permanentId = binding?.metadata.labels?.[kind.permanentIdLabel]
  if (binding === undefined || permanentId === undefined || binding.metadata.deletionTimestamp !== undefined) {
    holds.delete(key)
    return awaitChange()
  }
  const works = deps.works.byIndex(deps.byBinding, permanentId)
  const progress = progressOf({ binding, works, isReady: cluster => isReady(deps, cluster) })
  const waitMs = progress.settled ? 0 : remainingHold(collection, key, progress.steps)
  if (waitMs > 0) return requeueAfter(waitMs)
  // What is still missing then is waited for anew: a slow member costs a write now and then, not one per answer.
  holds.delete(key)
  const body = planBindingStatus({ binding, works, clusters: deps.clusters.list(), now: timestamp(deps.clock) })
  if (body !== undefined) {
    const options = { subresource: 'status', signal }
    bindings.observe(await deps.host.patch(kind, keyOf(binding), { type: 'merge', body }, options))
  }
  return awaitChange()
}

function isReady(deps: CollectDeps, name: string): boolean {
  return isConditionTrue(deps.clusters.get({ namespace: '', name })?.status?.conditions, 'Ready')
}

/** Each step forward gives the next one its time, up to a limit: many steps on the way are still one write. */
function remainingHold({ deps, holds }: Collection, key: string, steps: number): number {
  const now = deps.clock.monotonicMs()
  const known = holds.get(key) ?? { startMs: now, sinceMs: now, steps }
  const hold = known.steps === steps ? known : { ...known, sinceMs: now, steps }
  holds.set(key, hold)
  return Math.min(hold.sinceMs + deps.holdMs, hold.startMs + MOST_HOLDS * deps.holdMs) - now
}

function isDue(change: Change<Binding>): boolean {
  if (change.type === 'deleted') return true
  if (change.type === 'added') return true
  const { object, previous } = change
  return (
    object.metadata.generation !== previous.metadata.generation ||
    object.metadata.annotations !== previous.metadata.annotations
  )
}

/** A Work says something new by its status, by being taken away, or by going. */
function isReport(change: Change<Work>): boolean {
  if (change.type === 'deleted') return true
  if (change.type === 'added') return change.object.status !== undefined
  return change.object.status !== change.previous.status && change.object.status !== undefined
}
