import type { BindingKind } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../../object/object-key.ts'
import { owningBinding } from '../../object/owning-binding.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { isSettled, planBindingStatus } from './plan.ts'

export interface CollectDeps {
  readonly host: Client
  readonly works: Informer<Work>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly bindings: readonly { readonly kind: BindingKind; readonly informer: Informer<Binding> }[]
  readonly clock: Clock
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
  /** How long the first status waits for members that have not answered, in milliseconds. */
  readonly holdMs: number
  /** How long changes of a status that stands are gathered, in milliseconds. */
  readonly gatherMs: number
}

/**
 * Works and the scheduling record → binding.status, in one write where it can be one (spec/behaviour/status.md §2).
 * Host rules: resourcebindings/status, clusterresourcebindings/status patch.
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
  const heldSince = new Map<string, number>()
  const controller = deps.newController({
    name: 'binding-status',
    concurrency: deps.concurrency,
    logFields: { kind: kind.kind },
    reconcile: (key, signal) => collect({ deps, kind, bindings, heldSince }, key, signal),
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
  readonly heldSince: Map<string, number>
}

async function collect(collection: Collection, key: string, signal: AbortSignal): Promise<ReconcileResult> {
  const { deps, kind, bindings, heldSince } = collection
  const binding = bindings.get(parseKey(key))
  const permanentId = binding?.metadata.labels?.[kind.permanentIdLabel]
  if (binding === undefined || permanentId === undefined || binding.metadata.deletionTimestamp !== undefined) {
    heldSince.delete(key)
    return awaitChange()
  }
  const works = deps.works.byIndex(deps.byBinding, permanentId)
  const waitMs = isSettled({ binding, works }) ? 0 : remainingHold(collection, key)
  if (waitMs > 0) return requeueAfter(waitMs)
  if (isSettled({ binding, works })) heldSince.delete(key)
  const body = planBindingStatus({ binding, works, now: timestamp(deps.clock) })
  if (body !== undefined) {
    const options = { subresource: 'status', signal }
    bindings.observe(await deps.host.patch(kind, keyOf(binding), { type: 'merge', body }, options))
  }
  return awaitChange()
}

function remainingHold({ deps, heldSince }: Collection, key: string): number {
  const now = deps.clock.monotonicMs()
  const since = heldSince.get(key) ?? now
  heldSince.set(key, since)
  return since + deps.holdMs - now
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
