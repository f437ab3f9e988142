import type { ClusterStatus } from '../../api/generated/cluster.ts'
import { CLUSTER } from '../../api/kinds.ts'
import { FINALIZER } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Members } from '../../members/member.ts'
import { findCondition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import type { Random } from '../../runtime/backoff.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer, InformerDeps } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import type { Logger } from '../../runtime/logger.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type ClusterSecrets, whyUnconnected } from '../cluster-secret.ts'
import { collectFacts, readClusterId } from './collect.ts'
import type { HealthThresholds } from './health.ts'
import { identityConflict } from './identity.ts'
import { watchMemberResources } from './member-resources.ts'
import type { MemberSession, MemberSessions } from './member-session.ts'
import { type MemberFacts, plan } from './plan.ts'
import { type ProbeResult, probeHealth } from './probe.ts'

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
  readonly namespaces: Lister
  readonly secrets: ClusterSecrets
  readonly members: Members
  readonly recorder: Recorder
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** For the watches of nodes and pods. */
  readonly informerDeps: Omit<InformerDeps, 'client'>
  readonly sessions: MemberSessions
  /** Asks for another look at a cluster, soon. */
  readonly enqueue: (name: string) => void
  readonly config: StatusConfig
}

/** One look at one cluster. */
interface Look {
  readonly cluster: Cluster
  readonly session: MemberSession
  readonly signal: AbortSignal
}

interface Seen extends ProbeResult {
  readonly facts?: MemberFacts
}

/** Member → status of its Cluster (spec/behaviour/clusters.md §2); writes only what changed. */
export function newStatusReconciler(deps: StatusDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined || !isCollected(cluster)) {
      deps.sessions.end(name)
      return awaitChange()
    }
    const look = { cluster, session: deps.sessions.of(name, deps.members.get(name)), signal }
    const seen = await lookAt(deps, look)
    // Not connected yet: that it is comes as a change.
    if (seen === undefined) return awaitChange()
    await report(deps, look, seen)
    return requeueAfter(deps.config.intervalMs * (0.9 + 0.2 * deps.random()))
  }
}

/** The agent reports for a Pull cluster; and nothing is reported before the cluster is registered. */
function isCollected({ metadata, spec }: Cluster): boolean {
  return spec.syncMode === 'Push' && (metadata.finalizers?.includes(FINALIZER.cluster) ?? false)
}

async function lookAt(deps: StatusDeps, { cluster, session, signal }: Look): Promise<Seen | undefined> {
  const { member } = session
  const unusable = whyUnconnected(cluster, deps.secrets)
  // The connection outlives its Secret until Ready follows; a cluster that is deleted needs it to be emptied.
  if (unusable !== undefined && (member === undefined || cluster.metadata.deletionTimestamp === undefined)) {
    return { outcome: { type: 'refused', message: unusable }, cause: unusable }
  }
  if (member === undefined) return undefined
  const limits = { signal, timeoutMs: deps.config.timeoutMs }
  const probe = await probeHealth(member.client, limits)
  if (probe.outcome.type !== 'answered' || probe.outcome.statusCode !== 200) return probe
  const collecting = { member, limits, log: deps.log }
  const [clusterId, facts] = await Promise.all([
    session.clusterId ?? readClusterId(collecting),
    collectFacts(collecting),
  ])
  session.clusterId = clusterId
  const message = await identify(deps, { cluster, session, signal })
  if (message !== undefined) return { outcome: { type: 'refused', message }, cause: message }
  const resources = summariseMember(deps, cluster, session)
  return { ...probe, facts: { ...facts, ...(resources && { resources }) } }
}

/** Checks whose cluster it is and notes that in spec.id. @returns what stands against using it. */
async function identify(deps: StatusDeps, { cluster, session, signal }: Look): Promise<string | undefined> {
  const id = session.clusterId
  if (id === undefined) return undefined
  const hostId = deps.namespaces.get({ namespace: '', name: 'kube-system' })?.metadata.uid
  const conflict = identityConflict({ cluster, id, clusters: deps.clusters.list(), hostId })
  if (conflict !== undefined || (cluster.spec.id ?? '') !== '') return conflict
  const body = { spec: { id } }
  deps.clusters.observe(await deps.host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body }, { signal }))
  return undefined
}

function summariseMember(deps: StatusDeps, cluster: Cluster, session: MemberSession): MemberFacts['resources'] {
  const { member } = session
  if (member === undefined || !deps.config.resourceModeling) return undefined
  session.resources ??= watchMemberResources({ ...deps.informerDeps, client: member.client }, () =>
    deps.enqueue(member.name),
  )
  return session.resources.summarise(cluster.spec.resourceModels)
}

async function report(deps: StatusDeps, { cluster, session, signal }: Look, seen: Seen): Promise<void> {
  const key = keyOf(cluster)
  const current = deps.clusters.get(key) ?? cluster
  const { patch, status, memory } = plan({
    cluster: current,
    outcome: seen.outcome,
    memory: session.memory,
    facts: seen.facts,
    thresholds: deps.config,
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
  session.memory = memory
  announce(deps, current, { status, cause: seen.cause })
}

/** The condition's message is fixed; why a member stopped answering stands in an event and in the log. */
function announce(
  deps: StatusDeps,
  cluster: Cluster,
  { status, cause }: { readonly status: ClusterStatus; readonly cause: string | undefined },
): void {
  const before = findCondition(cluster.status?.conditions, 'Ready')
  const after = findCondition(status.conditions, 'Ready')
  if (after === undefined || (before?.status === after.status && before.reason === after.reason)) return
  const message = cause === undefined || cause === after.message ? after.message : `${after.message}: ${cause}`
  const fields = { cluster: cluster.metadata.name, reason: after.reason }
  if (after.status === 'True') {
    deps.log.info(message, fields)
    return
  }
  deps.log.warn(message, fields)
  deps.recorder.event(cluster, 'Warning', after.reason, message)
}
