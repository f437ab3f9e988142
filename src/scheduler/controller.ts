import { type HostRule, READ } from '../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { SCHEDULE_RECORD_ANNOTATION } from '../rendering/schedule-record.ts'
import type { Controller, ControllerOptions } from '../runtime/controller.ts'
import type { Change, Informer } from '../runtime/informer.ts'
import { OwnAnswers } from '../runtime/own-answers.ts'
import { changesSchedules, gainsRoom, isConcerned } from '../scheduling/cluster-event.ts'
import { newSchedulingReconciler, type SchedulingDeps } from './reconciler.ts'
import { movesItsGroup, priorityOf, ROOM_REASONS, roomSettlesMs, sharesGroup, WAITING_REASONS } from './waiting.ts'

export interface SchedulerDeps extends Omit<SchedulingDeps, 'observe'> {
  readonly host: Client
  readonly bindings: Informer<Binding>
  /** Name of the index of bindings by the reason why they could not be placed. */
  readonly byWaiting: string
  readonly clusters: Informer<Cluster>
  /** Tells when a member may take more than before, as its nodes and quotas say. @returns removes the handler. */
  readonly onRoomGain: (handler: () => void) => () => void
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
  { on: CLUSTER, verbs: READ },
]

/**
 * Binding or Cluster changed → spec.clusters again, with the function that placed the binding when it was created
 * (spec/behaviour/scheduling.md §1-3). What could not be placed is tried as soon as the cause may have gone, in the order of
 * priority: at any change of a cluster that can matter, when one gains room, and when another of its group moves.
 *
 * @returns ends it.
 */
export function startScheduler(deps: SchedulerDeps): () => Promise<void> {
  const answers = new OwnAnswers(deps.bindings)
  const controller = deps.newController({
    name: 'scheduler',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newSchedulingReconciler({ ...deps, observe: answers.observe }),
    rankOf: key => priorityOf(deps.bindings.get(parseKey(key))),
  })
  controller.watch({
    informer: deps.bindings,
    keysOf: change => [
      ...(isDue(change, answers) ? [formatKey(keyOf(change.object))] : []),
      ...groupConcerned(deps, change),
    ],
  })
  controller.watch({
    informer: deps.clusters,
    keysOf: change => bindingsConcerned(deps, change),
  })
  controller.watch({
    informer: deps.clusters,
    keysOf: change => waitingForRoom(deps, change),
    afterMs: () => roomSettlesMs(waiting(deps, ROOM_REASONS).length, deps.clusters.list().length),
  })
  const disconnect = deps.onRoomGain(() => {
    const keys = keysByPriority(waiting(deps, ROOM_REASONS))
    const afterMs = roomSettlesMs(keys.length, deps.clusters.list().length)
    for (const key of keys) controller.enqueue(key, { afterMs })
  })
  controller.start()
  return async () => {
    disconnect()
    await controller.stop()
  }
}

/** What a try came to counts as well: one whose answer was lost may say something else than what is so by then. */
function isDue(change: Change<Binding>, answers: Pick<OwnAnswers<Binding>, 'has'>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  const [now, before] = [change.object.metadata, change.previous.metadata]
  if (now.generation !== before.generation) return true
  const record = SCHEDULE_RECORD_ANNOTATION
  return now.annotations?.[record] !== before.annotations?.[record] && !answers.has(change)
}

/** What waits because of the workload group that a binding belongs to. */
function groupConcerned(deps: SchedulerDeps, change: Change<Binding>): readonly string[] {
  if (!movesItsGroup(change)) return []
  return keysByPriority(waiting(deps, WAITING_REASONS).filter(binding => sharesGroup(binding, change)))
}

/**
 * The bindings that may go elsewhere because of a cluster, and those that are nowhere yet.
 *
 * @source spec/behaviour/scheduling.md §1
 */
function bindingsConcerned(deps: SchedulerDeps, change: Change<Cluster>): readonly string[] {
  // At start every binding is looked at anyway.
  if (change.type === 'added' && change.initial) return []
  if (change.type === 'updated' && !changesSchedules(change.previous, change.object)) return []
  const states = change.type === 'updated' ? [change.previous, change.object] : [change.object]
  const concerned = deps.bindings.list().filter(binding => isConcerned(binding, states))
  return keysByPriority([...waiting(deps, WAITING_REASONS), ...concerned])
}

function waitingForRoom(deps: SchedulerDeps, change: Change<Cluster>): readonly string[] {
  const gains = change.type === 'updated' && gainsRoom(change.previous, change.object)
  return gains ? keysByPriority(waiting(deps, ROOM_REASONS)) : []
}

function waiting({ bindings, byWaiting }: SchedulerDeps, reasons: readonly string[]): readonly Binding[] {
  return reasons.flatMap(reason => bindings.byIndex(byWaiting, reason))
}

/** Each once. */
function keysByPriority(bindings: readonly Binding[]): readonly string[] {
  const ordered = [...bindings].sort((a, b) => priorityOf(b) - priorityOf(a))
  return [...new Set(ordered.map(binding => formatKey(keyOf(binding))))]
}
