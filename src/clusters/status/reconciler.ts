import type { ClusterStatus } from '../../api/generated/cluster.ts'
import { CLUSTER } from '../../api/kinds.ts'
import { executionNamespace, FINALIZER } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Candidate, Candidates } from '../../members/member.ts'
import type { MissingRights } from '../../members/missing-rights.ts'
import { findCondition } from '../../object/condition.ts'
import type { Cluster, Work } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import type { Random } from '../../runtime/backoff.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer, InformerDeps } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import type { MemberRooms } from '../../scheduling/estimate/member-rooms.ts'
import { type ClusterSecrets, whyUnconnected } from '../cluster-secret.ts'
import { collectFacts } from './collect.ts'
import { diagnoseIdentity, diagnoseSettings, type IdentityConflict } from './diagnosis.ts'
import { areFactsDue } from './facts-due.ts'
import { type HealthThresholds, nextLookInMs } from './health.ts'
import { identityConflict } from './identity.ts'
import { watchMemberResources } from './member-resources.ts'
import type { MemberSession, MemberSessions } from './member-session.ts'
import { neededRights } from './needed-rights.ts'
import { type MemberFacts, plan } from './plan.ts'
import { type ProbeLimits, type ProbeResult, probeHealth, readIdentity } from './probe.ts'
import { watchServedKinds } from './served-kinds.ts'

export interface StatusConfig extends HealthThresholds {
  /** Between two looks at one member, in milliseconds. */
  readonly intervalMs: number
  /** For one request to a member, in milliseconds. */
  readonly timeoutMs: number
  /** Whether nodes and pods are watched and summed. */
  readonly resourceModeling: boolean
}

export interface StatusDeps {
  readonly host: Pick<Client, 'patch'>
  readonly clusters: Informer<Cluster>
  /** Of the host: to know it from its members. */
  readonly namespaces: Pick<Lister, 'get'>
  readonly secrets: ClusterSecrets
  readonly members: Candidates
  readonly recorder: Recorder
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** For the watches of nodes and pods. */
  readonly informerDeps: Omit<InformerDeps, 'client'>
  readonly sessions: MemberSessions
  /** Gets the nodes of each member that is watched. */
  readonly rooms: MemberRooms
  /** Of the host: what is propagated to a member now. */
  readonly works: Lister<Work>
  /** Is told what may not be listed or watched in members. */
  readonly rights: Pick<MissingRights, 'note'>
  /** Told when a look at a cluster has come to its end. */
  readonly onLook?: (cluster: string) => void
  /** Asks for another look at a cluster, soon. */
  readonly enqueue: (name: string) => void
  readonly config: StatusConfig
  /** Whether the status of a cluster is ours to tell: an agent tells its own, the operator those of all Push clusters. */
  readonly owns: Ownership['owns']
  /** Whether spec.id is ours to write; an agent may not write the spec of its Cluster. */
  readonly notesId: boolean
}

/** One look at one cluster. */
interface Look {
  readonly cluster: Cluster
  readonly session: MemberSession
  /** The session's, when the look began. */
  readonly health: MemberSession['health']
  /** Monotonic, when the look began. */
  readonly beganMs: number
  readonly signal: AbortSignal
}

interface Seen extends ProbeResult {
  readonly facts?: MemberFacts
}

/** Member → status of its Cluster (spec/behaviour/clusters.md §2); writes only what changed. */
export function newStatusReconciler(deps: StatusDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined || !isCollected(deps, cluster)) {
      deps.sessions.end(name)
      return awaitChange()
    }
    const session = deps.sessions.of(name, deps.members.candidate(name))
    const look = { cluster, session, health: session.health, beganMs: deps.clock.monotonicMs(), signal }
    const seen = await lookAt(deps, look)
    // Not connected yet, or connected anew meanwhile: that comes as a change.
    if (seen === undefined || isOutdated(deps, look)) return awaitChange()
    const dueInMs = await report(deps, look, seen)
    deps.onLook?.(name)
    const intervalMs = deps.config.intervalMs * (0.9 + 0.2 * deps.random())
    return requeueAfter(nextLookInMs(dueInMs, { intervalMs, lookMs: deps.clock.monotonicMs() - look.beganMs }))
  }
}

/** Nothing is reported before the cluster is registered. */
function isCollected({ owns }: StatusDeps, { metadata }: Cluster): boolean {
  return owns(metadata.name) && (metadata.finalizers?.includes(FINALIZER.cluster) ?? false)
}

/** Other credentials or another connection came while we looked: that asked for another look. */
function isOutdated(deps: StatusDeps, { cluster, session, health }: Look): boolean {
  return deps.members.candidate(cluster.metadata.name) !== session.candidate || session.health !== health
}

async function lookAt(deps: StatusDeps, look: Look): Promise<Seen | undefined> {
  const { cluster, session, signal } = look
  const { candidate } = session
  const unusable = whyUnconnected(cluster, deps.secrets)
  if (unusable !== undefined && !outlives(look)) {
    return { outcome: { type: 'unconnected' }, diagnosis: diagnoseSettings(unusable) }
  }
  if (candidate === undefined) return undefined
  const limits = { signal, timeoutMs: deps.config.timeoutMs }
  const probe = await probeHealth(candidate.client, limits)
  if (probe.outcome.type !== 'answered' || probe.outcome.statusCode !== 200) {
    // It may come back as another release.
    session.factsRead = undefined
    return probe
  }
  const identity = await readIdentity(candidate.client, session.clusterId, limits)
  if (identity.id === undefined) return identity
  const conflict = await identify(deps, look, identity.id)
  if (conflict !== undefined) {
    // One that was in use comes back as a new connection, which tells of the conflict.
    deps.members.withdraw(candidate)
    session.factsRead = undefined
    return { outcome: { type: 'refused' }, diagnosis: diagnoseIdentity(conflict) }
  }
  deps.members.admit(candidate)
  watchKinds(deps, session)
  const facts = await factsOf(deps, session, { candidate, limits })
  const resources = summariseMember(deps, cluster, session)
  deps.rights.note(candidate.name, 'watches', [
    ...neededRights(candidate.refusals(), deps.works.list(executionNamespace(candidate.name))),
    ...(session.resources?.refusals() ?? []),
  ])
  return { ...probe, facts: { ...facts, ...(resources && { resources }) } }
}

/** Its version and APIs, when they are due; else nothing, and what is known stays. */
async function factsOf(
  { config: { intervalMs }, clock, log }: StatusDeps,
  session: MemberSession,
  { candidate, limits }: { readonly candidate: Candidate; readonly limits: ProbeLimits },
): Promise<MemberFacts> {
  const nowMs = clock.monotonicMs()
  const isWatched = session.kinds?.watched === true
  if (!areFactsDue({ read: session.factsRead, nowMs, intervalMs, isWatched })) return {}
  // A change that is told while they are read makes them due again.
  const read = { atMs: nowMs, complete: false }
  session.factsRead = read
  const facts = await collectFacts({ member: candidate, limits, log })
  const complete = facts.kubernetesVersion !== undefined && facts.apis?.condition.status === 'True'
  if (session.factsRead === read) session.factsRead = { ...read, complete }
  return facts
}

/**
 * Whether a connection goes on without its Secret: that of a cluster that is deleted, which has to be emptied, and one that
 * is so new that its Secret has not reached the cache.
 */
function outlives({ cluster, session }: Look): boolean {
  const needed = cluster.metadata.deletionTimestamp !== undefined || session.reported !== true
  return session.candidate !== undefined && needed
}

/** Finds out whose cluster it is, and notes that in spec.id unless it is another's. @returns what stands against using it. */
async function identify(deps: StatusDeps, look: Look, id: string): Promise<IdentityConflict | undefined> {
  const { cluster, session } = look
  const hostId = deps.namespaces.get({ namespace: '', name: 'kube-system' })?.metadata.uid
  const clusters = deps.clusters.list()
  const { idOf } = deps.sessions
  if (session.clusterId !== id) {
    session.clusterId = id
    // One that has less right to the id may have been let in before this one was known.
    for (const other of clusters) if (other !== cluster && idOf(other) === id) deps.enqueue(other.metadata.name)
  }
  const conflict = identityConflict({ cluster, id, clusters, idOf, hostId })
  if (conflict === undefined && deps.notesId) await noteIdentity(deps, look, id)
  return conflict
}

/** Once for a connection and an id: whoever keeps another value there shall have it. */
async function noteIdentity(deps: StatusDeps, { cluster, session, signal }: Look, id: string): Promise<void> {
  const noted = cluster.spec.id ?? ''
  if (noted !== id && session.notedId !== id) {
    const body = { spec: { id } }
    deps.clusters.observe(await deps.host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body }, { signal }))
    if (noted !== '') {
      const message = `spec.id was ${noted}, but the cluster that answers is ${id}: it was rebuilt, or its address leads elsewhere now`
      deps.recorder.event(cluster, 'Warning', 'ClusterIdentityChanged', message)
    }
  }
  session.notedId = id
}

/** A kind that a member begins to serve can be placed there at once, and what waits for it goes on. */
function watchKinds(deps: StatusDeps, session: MemberSession): void {
  const { candidate } = session
  if (candidate === undefined) return
  const informerDeps = { ...deps.informerDeps, client: candidate.client }
  session.kinds ??= watchServedKinds(informerDeps, () => {
    session.factsRead = undefined
    deps.enqueue(candidate.name)
  })
}

function summariseMember(deps: StatusDeps, cluster: Cluster, session: MemberSession): MemberFacts['resources'] {
  const { candidate } = session
  if (candidate === undefined || !deps.config.resourceModeling) return undefined
  const resources =
    session.resources ??
    watchMemberResources(
      { ...deps.informerDeps, client: candidate.client },
      { onSynced: () => deps.enqueue(candidate.name), onGain: deps.rooms.gained },
    )
  session.resources = resources
  deps.rooms.set(candidate.name, () => resources.room())
  return resources.summarise(cluster.spec.resourceModels)
}

/** @returns how long what was seen has to go on before it counts; undefined when it does already. */
async function report(
  deps: StatusDeps,
  { cluster, session, health, beganMs, signal }: Look,
  seen: Seen,
): Promise<number | undefined> {
  const key = keyOf(cluster)
  const current = deps.clusters.get(key) ?? cluster
  const { patch, status, memory, dueInMs } = plan({
    cluster: current,
    outcome: seen.outcome,
    diagnosis: seen.diagnosis,
    memory: health.memory,
    facts: seen.facts,
    thresholds: deps.config,
    beganMs,
    nowMs: deps.clock.monotonicMs(),
    now: timestamp(deps.clock),
  })
  if (patch !== undefined) {
    const written = await deps.host.patch(
      CLUSTER,
      key,
      { type: 'merge', body: patch },
      { subresource: 'status', signal },
    )
    deps.clusters.observe(written)
  }
  // Only now: a first observation that could not be written is still a first one when it is tried again.
  health.memory = memory
  session.reported = true
  for (const type of ['Connected', 'Ready']) announce(deps, { cluster: current, status, type })
  return dueInMs
}

/** A condition that changes for the worse is an event, each change a line in the log. */
function announce(
  deps: StatusDeps,
  { cluster, status, type }: { readonly cluster: Cluster; readonly status: ClusterStatus; readonly type: string },
): void {
  const before = findCondition(cluster.status?.conditions, type)
  const after = findCondition(status.conditions, type)
  if (after === undefined || (before?.status === after.status && before.reason === after.reason)) return
  const fields = { cluster: cluster.metadata.name, condition: type, reason: after.reason }
  if (after.status === 'True') {
    deps.log.info(after.message, fields)
    return
  }
  deps.log.warn(after.message, fields)
  deps.recorder.event(cluster, 'Warning', after.reason, after.message)
}
