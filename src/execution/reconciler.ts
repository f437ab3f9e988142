import { WORK } from '../api/kinds.ts'
import { ANNOTATION, FINALIZER, KEEP_RESOURCES } from '../api/names.ts'
import type { Interpreter } from '../interpreter/interpreter.ts'
import type { Client } from '../kube/client.ts'
import { explainMemberRefusal, missingRight } from '../kube/missing-right.ts'
import { isNotFound } from '../kube/status-error.ts'
import type { ForeignField } from '../members/foreign-fields.ts'
import type { MissingRights } from '../members/missing-rights.ts'
import { conditionMessage, findCondition, isConditionTrue } from '../object/condition.ts'
import type { Cluster, Work } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { printable } from '../object/printable.ts'
import { malformedManifests, manifestsOf } from '../object/work-manifests.ts'
import { type HealthTurn, reportStatus, tellTurns } from '../rendering/report-status.ts'
import { templateTargetOfManifest } from '../rendering/template-target.ts'
import { type Clock, timestamp } from '../runtime/clock.ts'
import type { Worker } from '../runtime/controller.ts'
import { planFinalizerRemoval } from '../runtime/finalizer.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Lister } from '../runtime/lister.ts'
import { awaitChange, ReconcileError, type ReconcileResult } from '../runtime/reconcile-error.ts'
import type { EventTarget, Recorder } from '../runtime/recorder.ts'
import { takeSeat } from '../runtime/take-seat.ts'
import { formatDrift } from './drift.ts'
import type { ManifestWriter } from './manifest-writer.ts'
import { nextStatus, type WriteOutcome, workConditions } from './work-status.ts'
import type { WrittenObject } from './written-object.ts'

export interface ExecutionDeps {
  readonly cluster: string
  readonly host: Pick<Client, 'patch' | 'takeSeat'>
  readonly works: Pick<Informer<Work>, 'get'>
  /** Takes the answer of a write of a Work. */
  readonly observe: (work: KubeObject) => void
  readonly clusters: Lister<Cluster>
  /** Absent while the cluster has no connection: then only Works that need none are finished. */
  readonly writer: ManifestWriter | undefined
  readonly interpreter: Interpreter
  readonly recorder: Recorder
  readonly clock: Clock
  /** Is told what may not be done in the member. */
  readonly rights: Pick<MissingRights, 'note'>
  /**
   * Brings the cached Cluster up to date before a Work is taken out of the member: whoever watches it by another connection
   * than the Works may not know yet that it leaves, and that its objects are to stay.
   */
  readonly refreshCluster?: (cluster: string, signal: AbortSignal) => Promise<void>
}

/** How one Work is reconciled. */
interface Turn {
  readonly signal: AbortSignal
  readonly worker: Worker
}

/**
 * Work → objects in the member (spec/behaviour/propagation.md §9). One reconcile writes what is due and then the Work's
 * status once: conditions and the manifest's status together. The host is told when it is not busy with what moves objects.
 */
export function newExecutionReconciler(deps: ExecutionDeps) {
  const settle = newSettler(deps)
  return async (key: string, signal: AbortSignal, worker: Worker): Promise<ReconcileResult> => {
    await settle(key, { signal, worker })
    return awaitChange()
  }
}

function newSettler(deps: ExecutionDeps) {
  /** Of these only the watch has still to tell that they are gone: the answer to the last write of an object has its old version. */
  const released = new WeakSet<Work>()
  return async (key: string, turn: Turn): Promise<void> => {
    const work = deps.works.get(parseKey(key))
    if (work === undefined) deps.rights.note(deps.cluster, key, [])
    else if (work.metadata.deletionTimestamp === undefined) await applyWork(deps, work, turn)
    else if (!released.has(work) && (await removeWork(deps, work, turn))) released.add(work)
  }
}

async function applyWork(deps: ExecutionDeps, work: Work, turn: Turn): Promise<void> {
  if (work.spec.suspendDispatching === true) {
    await writeStatus(deps, work, { outcome: { suspended: true, failures: [], total: 0 }, turn })
    return
  }
  const { writer } = deps
  // A cluster that becomes ready queues its Works again; until then their conditions stay as they are.
  if (writer === undefined || !isReady(deps)) return
  const manifests = manifestsOf(work)
  const isNew = findCondition(work.status?.conditions, 'Applied') === undefined
  const ref = { ...keyOf(work), preserve: false, isNew }
  const results = await Promise.allSettled(manifests.map(manifest => writer.settle(ref, manifest, turn.signal)))
  const errors = results.flatMap(rejection)
  const stopped = errors.find(isStopped)
  // Nothing has failed in the member, and whoever executes for it by now tells of it.
  if (stopped !== undefined) throw stopped
  const settled = results.map(result => (result.status === 'fulfilled' ? result.value : undefined))
  const left = settled.filter(each => each !== undefined)
  const malformed = malformedManifests(work)
  const outcome = {
    suspended: false,
    failures: [...errors.map(explainMemberRefusal), ...malformed],
    total: manifests.length + malformed.length,
    drift: textOr(formatDrift(left.flatMap(({ drift }) => drift))),
    contested: textOr(formatContested(left.flatMap(({ contested }) => contested))),
  }
  noteRights(deps, work, errors)
  const unread = await writeStatus(deps, work, { outcome, settled, turn })
  const [first] = [...errors, ...unread]
  if (first !== undefined) throw retriedSoon(first)
}

/** Whether a write was held back because this process may not write to the member (any more). */
function isStopped(error: unknown): boolean {
  return error instanceof ReconcileError && (error.code === 'NotOurMember' || error.code === 'LeadershipLost')
}

function textOr(text: string): string | undefined {
  return text === '' ? undefined : text
}

function formatContested(fields: readonly ForeignField[]): string {
  return fields
    .map(
      ({ path, manager }) =>
        `${printable(path)} is left to "${printable(manager)}", which took it three times in ten minutes`,
    )
    .join('; ')
}

interface StatusWrite {
  readonly outcome: WriteOutcome
  /** Per manifest what the member holds; undefined where that is not known. */
  readonly settled?: readonly (WrittenObject | undefined)[]
  readonly turn: Turn
}

/** @returns why the status of some objects could not be read: conditions are written all the same. */
async function writeStatus(deps: ExecutionDeps, work: Work, write: StatusWrite): Promise<readonly unknown[]> {
  const first = await planStatus(deps, work, write)
  // What has failed is tried again after this, so it waits for nobody.
  const waits = write.outcome.failures.length === 0 && first?.failures.length === 0
  if (first?.body === undefined || !waits) return sendStatus(deps, work, { ...write, planned: first })
  if (await sendSeated(deps, work, { ...write, planned: first })) return []
  // Worked out again without a seat, since who interprets may be slow. What changes once more meanwhile is told by who reflects it.
  const second = await planStatus(deps, work, write)
  if (second?.body !== undefined) await sendSeated(deps, work, { ...write, planned: { ...second, isLast: true } })
  return second?.failures ?? []
}

interface PlannedStatus {
  /** Undefined when the Work says it already. */
  readonly body: JsonObject | undefined
  /** What it was worked out from. */
  readonly known: Work
  readonly objects: readonly (KubeObject | undefined)[]
  readonly failures: readonly unknown[]
  readonly turns: readonly HealthTurn[]
  /** It is sent whatever has changed since. */
  readonly isLast?: boolean
}

/** @returns undefined for a Work that is going, or gone. */
async function planStatus(deps: ExecutionDeps, work: Work, write: StatusWrite): Promise<PlannedStatus | undefined> {
  const known = presentWork(deps, work)
  if (known === undefined) return undefined
  const at = { now: timestamp(deps.clock), generation: work.metadata.generation ?? 0 }
  const conditions = workConditions(known.status?.conditions, write.outcome, at)
  const objects = latestObjects(write)
  const { statuses, failures, turns } = await reportStatus(
    deps,
    { ...work, ...(known.status && { status: known.status }) },
    objects,
  )
  const body = mergePatch(
    { status: known.status ?? {} },
    { status: nextStatus(known.status, conditions, statuses.length > 0 ? statuses : undefined) },
  )
  return { body, known, objects, failures, turns }
}

function presentWork({ works }: ExecutionDeps, work: Work): Work | undefined {
  const known = works.get(keyOf(work))
  const isPresent = known?.metadata.uid === work.metadata.uid && known?.metadata.deletionTimestamp === undefined
  return isPresent ? known : undefined
}

function latestObjects({ settled = [] }: StatusWrite): readonly (KubeObject | undefined)[] {
  return settled.map(written => written?.latest())
}

interface StatusSending extends StatusWrite {
  readonly planned: PlannedStatus | undefined
}

/** @returns whether it was sent: false when it is not what has to be told any more. */
async function sendSeated(deps: ExecutionDeps, work: Work, sending: StatusSending): Promise<boolean> {
  const isLast = sending.planned?.isLast === true
  const leave = await takeSeat(deps.host, sending.turn.worker, { isAwaited: isLast })
  try {
    const isDue = presentWork(deps, work) !== undefined && (isLast || isCurrent(deps, work, sending))
    if (isDue) await sendStatus(deps, work, { ...sending, seated: true })
    return isDue
  } finally {
    leave()
  }
}

function isCurrent(deps: ExecutionDeps, work: Work, { planned, ...write }: StatusSending): boolean {
  if (planned === undefined || presentWork(deps, work)?.status !== planned.known.status) return false
  return latestObjects(write).every((object, ordinal) => object === planned.objects[ordinal])
}

/** @returns why the status of some objects could not be read. */
async function sendStatus(
  deps: ExecutionDeps,
  work: Work,
  { planned, outcome, turn, seated = false }: StatusSending & { readonly seated?: boolean },
): Promise<readonly unknown[]> {
  if (planned?.body === undefined) return planned?.failures ?? []
  recordOutcome(deps, work, outcome)
  const options = { subresource: 'status', signal: turn.signal, seated }
  deps.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body: planned.body }, options))
  tellTurns(deps.recorder, planned.turns)
  return planned.failures
}

function recordOutcome(deps: ExecutionDeps, work: Work, outcome: WriteOutcome): void {
  if (outcome.suspended) {
    deps.recorder.event(work, 'Normal', 'WorkDispatching', 'Work dispatching is in a suspended state.')
    return
  }
  if (findCondition(work.status?.conditions, 'Dispatching')?.status === 'False') {
    deps.recorder.event(work, 'Normal', 'WorkDispatching', 'Work is being dispatched to member clusters.')
  }
  for (const manifest of manifestsOf(work)) {
    const template = templateTargetOfManifest(manifest)
    recordLeft(deps, work, { template, outcome })
    if (outcome.failures.length > 0) {
      const message = `Failed to apply to cluster ${deps.cluster}: ${outcome.failures.join(', ')}`
      deps.recorder.event(template, 'Warning', 'SyncFailed', message)
      deps.recorder.event(work, 'Warning', 'SyncFailed', message)
    } else if (!isConditionTrue(work.status?.conditions, 'Applied')) {
      deps.recorder.event(template, 'Normal', 'SyncSucceed', 'Successfully applied to member clusters')
    }
  }
}

/** What is left as the member has it is told on both: people look at the template, the Work says of which cluster. */
function recordLeft(
  { recorder, cluster }: ExecutionDeps,
  work: Work,
  { template, outcome }: { readonly template: EventTarget; readonly outcome: WriteOutcome },
): void {
  const left = [
    { condition: 'Drifted', event: 'MemberDrifted', text: outcome.drift },
    { condition: 'Contested', event: 'FieldContested', text: outcome.contested },
  ]
  for (const { condition, event, text } of left) {
    const before = findCondition(work.status?.conditions, condition)
    if (text === undefined || (before?.status === 'True' && before.message === conditionMessage(text))) continue
    const message = `In cluster ${cluster}: ${text}`
    for (const about of [template, work]) recorder.event(about, 'Warning', event, message)
  }
}

/** @returns whether it may go, as far as we are concerned; else it waits for its cluster. */
async function removeWork(deps: ExecutionDeps, work: Work, turn: Turn): Promise<boolean> {
  const { signal } = turn
  if (!work.metadata.finalizers?.includes(FINALIZER.work)) return true
  await deps.refreshCluster?.(deps.cluster, signal)
  const cluster = deps.clusters.get({ namespace: '', name: deps.cluster })
  const leaving = cluster === undefined || cluster.metadata.deletionTimestamp !== undefined
  if (keepsObject(work, leaving)) {
    await dropFinalizer(deps, work, turn)
    return true
  }
  const ready = isReady(deps)
  const reachable = deps.writer !== undefined && ready
  // A cluster that is gone for good cannot hold up its Works; one that is only away does, and one that we have not
  // connected to yet, as after a restart: whether it can be reached shows in its Ready condition.
  if (!reachable && (ready || !leaving)) return false
  if (reachable && deps.writer !== undefined) {
    const preserve = work.spec.preserveResourcesOnDeletion === true || (leaving && keepsResources(cluster))
    await removeManifests(deps, { work, writer: deps.writer, preserve }, signal)
  } else if (cluster !== undefined) {
    const message = 'The cluster is deleted and cannot be reached: what was propagated to it stays there'
    deps.recorder.event(cluster, 'Warning', 'MemberObjectsLeft', message)
  }
  await dropFinalizer(deps, work, turn)
  return true
}

async function dropFinalizer(deps: ExecutionDeps, work: Work, { signal, worker }: Turn): Promise<void> {
  if (planFinalizerRemoval(work, FINALIZER.work) === undefined) return
  const leave = await takeSeat(deps.host, worker, { isAwaited: true })
  try {
    const known = deps.works.get(keyOf(work))
    const isSame = known?.metadata.uid === work.metadata.uid
    const body = known && isSame ? planFinalizerRemoval(known, FINALIZER.work) : undefined
    if (body === undefined) return
    deps.observe(await deps.host.patch(WORK, keyOf(work), { type: 'json', body }, { signal, seated: true }))
  } catch (error) {
    if (!isNotFound(error)) throw error
  } finally {
    leave()
  }
}

function isReady(deps: ExecutionDeps): boolean {
  const cluster = deps.clusters.get({ namespace: '', name: deps.cluster })
  return isConditionTrue(cluster?.status?.conditions, 'Ready')
}

interface Removal {
  readonly work: Work
  readonly writer: ManifestWriter
  readonly preserve: boolean
}

async function removeManifests(
  deps: ExecutionDeps,
  { work, writer, preserve }: Removal,
  signal: AbortSignal,
): Promise<void> {
  const ref = { ...keyOf(work), preserve }
  const removals = manifestsOf(work).map(manifest => writer.remove(ref, manifest, signal))
  const errors = (await Promise.allSettled(removals)).flatMap(rejection)
  noteRights(deps, work, errors)
  if (errors[0] !== undefined) throw retriedSoon(errors[0])
}

/** Whoever lets the cluster go wants all to stay there. */
function keepsResources(cluster: Cluster | undefined): boolean {
  return cluster?.metadata.annotations?.[ANNOTATION.onDeletion] === KEEP_RESOURCES
}

function rejection(result: PromiseSettledResult<unknown>): readonly unknown[] {
  return result.status === 'rejected' ? [result.reason] : []
}

function noteRights({ rights, cluster }: ExecutionDeps, work: Work, errors: readonly unknown[]): void {
  const missing = errors.flatMap(error => missingRight(error) ?? [])
  rights.note(cluster, formatKey(keyOf(work)), missing)
}

/** Nothing tells when the member gives a right: who waits for one looks again soon. */
const RIGHT_RETRY_MS = 30_000

function retriedSoon(error: unknown): unknown {
  if (missingRight(error) === undefined) return error
  const options = { retry: 'backoff', cause: error, atMostMs: RIGHT_RETRY_MS } as const
  return new ReconcileError('RightMissing', explainMemberRefusal(error), options)
}

/** What it put into the member is wanted there again. A cluster that leaves the fleet is emptied all the same. */
function keepsObject({ metadata }: Work, leaving: boolean): boolean {
  return !leaving && metadata.annotations?.[ANNOTATION.keepsObject] === 'true'
}
