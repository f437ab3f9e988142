import type { BindingKind } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isBehind, isNotFound } from '../../kube/status-error.ts'
import { isConditionTrue } from '../../object/condition.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { scheduleRecordOf } from '../../rendering/schedule-record.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Worker } from '../../runtime/controller.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { takeSeat } from '../../runtime/take-seat.ts'
import { continueHold, type Hold } from './hold.ts'
import { planBindingStatus, progressOf, tellsOfMembers } from './plan.ts'

export interface CollectionDeps {
  readonly kind: BindingKind
  readonly host: Pick<Client, 'patch' | 'takeSeat'>
  readonly bindings: Pick<Informer<Binding>, 'get'>
  /** Takes the answer of a write of a binding. */
  readonly observe: (binding: KubeObject) => void
  readonly works: Pick<Informer<Work>, 'byIndex'>
  /** Index of `works`: the permanent-id of the binding that a Work belongs to. */
  readonly byBinding: string
  readonly clusters: Lister<Cluster>
  readonly schedulerName: string
  readonly recorder: Recorder
  readonly clock: Clock
  /** What a binding's template does on the host, in words; undefined when nothing. */
  readonly runsOnHost: (binding: Binding) => string | undefined
  /** How long a status waits for the next step of members that are ready, in milliseconds (see continueHold). */
  readonly holdMs: number
  /** When a member last took on an object, by the monotonic clock. */
  readonly movedMs: (cluster: string) => number | undefined
}

/** Works and the scheduling record → binding.status, for one binding kind (spec/behaviour/status.md §2). */
export function newCollectionReconciler(deps: CollectionDeps) {
  const holds = new Map<string, Hold>()
  return async (key: string, signal: AbortSignal, worker: Worker): Promise<ReconcileResult> => {
    const observed = observe(deps, key)
    const waitMs = observed === undefined ? 0 : awaitMembers(deps, holds, { key, ...observed })
    if (waitMs > 0) return requeueAfter(waitMs)
    // What is still missing then is waited for anew: a slow member costs a write now and then, not one per answer.
    holds.delete(key)
    const body = observed && plan(deps, observed)
    if (observed === undefined || body === undefined) return awaitChange()
    const { binding } = observed
    if (isUrgent(binding)) await write(deps, { binding, body, seated: false, signal })
    else {
      const leave = await takeSeat(deps.host, worker, { isPatient: true })
      await tellLatest(deps, key, signal).finally(leave)
    }
    return awaitChange()
  }
}

/** While others went first, members may have said more. */
async function tellLatest(deps: CollectionDeps, key: string, signal: AbortSignal): Promise<void> {
  const observed = observe(deps, key)
  const body = observed && plan(deps, observed)
  if (observed && body) await write(deps, { binding: observed.binding, body, seated: true, signal })
}

/** Others decide by it: news of members about what stands, and what the scheduler and evictions read of their own. */
function isUrgent(binding: Binding): boolean {
  const { metadata, spec, status } = binding
  if (status?.aggregatedStatus === undefined) return false
  const isRead =
    spec.rescheduleTriggeredAt !== undefined ||
    spec.placement?.clusterAffinities !== undefined ||
    (spec.gracefulEvictionTasks ?? []).length > 0
  const isPlaced = scheduleRecordOf(binding)?.status === 'True'
  return isRead || !isPlaced || status.schedulerObservedGeneration === metadata.generation
}

function plan(deps: CollectionDeps, observed: Observed): JsonObject | undefined {
  return planBindingStatus({
    ...observed,
    runsOnHost: deps.runsOnHost(observed.binding),
    clusters: deps.clusters.list(),
    schedulerName: deps.schedulerName,
    now: timestamp(deps.clock),
  })
}

interface StatusWrite {
  readonly binding: Binding
  readonly body: JsonObject
  /** Whether a seat was taken for it. */
  readonly seated: boolean
  readonly signal: AbortSignal
}

async function write(deps: CollectionDeps, { binding, body, seated, signal }: StatusWrite): Promise<void> {
  const options = { subresource: 'status', signal, seated }
  try {
    deps.observe(await deps.host.patch(deps.kind, keyOf(binding), { type: 'merge', body }, options))
  } catch (error) {
    if (!isBehind(error) && !isNotFound(error)) recordFailure(deps, binding, error)
    throw error
  }
  if (!tellsOfMembers(body)) return
  const message = 'Collected the status of the member clusters'
  deps.recorder.event(templateTarget(binding), 'Normal', 'AggregateStatusSucceed', message)
}

function recordFailure({ recorder }: CollectionDeps, binding: Binding, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  for (const about of [templateTarget(binding), binding]) {
    recorder.event(about, 'Warning', 'AggregateStatusFailed', message)
  }
}

interface Observed {
  readonly binding: Binding
  readonly works: readonly Work[]
}

/** @returns undefined for a binding that is gone or going, and for one that has no Works by its permanent-id yet. */
function observe(deps: CollectionDeps, key: string): Observed | undefined {
  const binding = deps.bindings.get(parseKey(key))
  const permanentId = binding?.metadata.labels?.[deps.kind.permanentIdLabel]
  if (binding === undefined || permanentId === undefined) return undefined
  if (binding.metadata.deletionTimestamp !== undefined) return undefined
  return { binding, works: deps.works.byIndex(deps.byBinding, permanentId) }
}

/** @returns how long the status still waits, in milliseconds; 0 when every ready member has been tried. */
function awaitMembers(
  deps: CollectionDeps,
  holds: Map<string, Hold>,
  { key, binding, works }: Observed & { readonly key: string },
): number {
  const { awaited, steps } = progressOf({ binding, works, isReady: cluster => isReady(deps, cluster) })
  if (awaited.size === 0) return 0
  const movedMs = [...awaited].map(deps.movedMs)
  const input = { steps, nowMs: deps.clock.monotonicMs(), holdMs: deps.holdMs, movedMs }
  const { hold, remainingMs } = continueHold(holds.get(key), input)
  holds.set(key, hold)
  return remainingMs
}

function isReady(deps: CollectionDeps, name: string): boolean {
  return isConditionTrue(deps.clusters.get({ namespace: '', name })?.status?.conditions, 'Ready')
}
