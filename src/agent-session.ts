import {
  CLUSTER,
  NAMESPACE,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION,
  type Resource,
  WORK,
} from './api/kinds.ts'
import { executionNamespace } from './api/names.ts'
import { startHeartbeat } from './clusters/heartbeat/controller.ts'
import { startHostAccess } from './clusters/host-access/controller.ts'
import { refreshCluster } from './clusters/refresh-cluster.ts'
import { newInterpreting } from './host-interpreting.ts'
import type { Client } from './kube/client.ts'
import { missingRight } from './kube/missing-right.ts'
import { newClient } from './kube/new-client.ts'
import type { ServerConfig } from './kube/server-config.ts'
import { isForbidden, isNotFound } from './kube/status-error.ts'
import { type MemberConnectionDeps, newMemberConnections } from './member-connections.ts'
import { startMemberLooks, startMemberSide } from './member-side.ts'
import type { MemberConnection } from './members/connection.ts'
import { newMissingRights } from './members/missing-rights.ts'
import type {
  Cluster,
  ResourceInterpreterCustomization,
  ResourceInterpreterWebhookConfiguration,
  Work,
} from './object/karmada-objects.ts'
import type { KubeObject } from './object/kube-object.ts'
import { sleep } from './runtime/clock.ts'
import { type ControllerMetrics, newControllers } from './runtime/controller.ts'
import { newEventRecorder, type RecorderMetrics, type RunningRecorder } from './runtime/event-recorder.ts'
import { type Informer, type InformerMetrics, type InformerOptions, newInformer } from './runtime/informer.ts'
import type { Lister } from './runtime/lister.ts'
import type { ProcessIdentity } from './runtime/process-identity.ts'
import { recorderWithin } from './runtime/recorder.ts'
import { newMemberRooms } from './scheduling/estimate/member-rooms.ts'

export interface AgentSessionDeps extends MemberConnectionDeps {
  /** The cluster that the agent is in, for its own affairs there; what is propagated goes another way, which is fenced. */
  readonly home: Client
  /** The same as a member. */
  readonly server: ServerConfig
  readonly metrics: ControllerMetrics & InformerMetrics & RecorderMetrics
  readonly who: ProcessIdentity
  readonly newUid: () => string
  readonly random: () => number
  /** The way to the host. */
  readonly connection: MemberConnection
  /** The Secret that it comes from. */
  readonly secrets: Informer
}

/** What an agent does with one host at one address. */
export interface AgentSession {
  /** @returns whether this session goes on with these credentials; false: another one has to begin. */
  takesUp(connection: MemberConnection): boolean
  unready(): string | undefined
  stop(): Promise<void>
}

/** Begins at once, and waits for the host as long as it takes. */
export function startAgentSession(deps: AgentSessionDeps): AgentSession {
  let { token } = deps.connection
  const { config, digest } = deps.connection
  const { qps, burst } = deps.configuration.limits.host
  const host = newClient(
    { ...config, ...(token !== undefined && { token: { type: 'provider', token: () => token ?? '' } }) },
    { limits: qps > 0 ? { qps, burst } : {}, onRequest: deps.requestsOf('host') },
  )
  const { clock, log, metrics, who } = deps
  const recorder = newEventRecorder(
    { client: host, clock, log, metrics },
    { component: 'flotilla-agent', instance: who.identity },
  )
  const informers = startInformers(deps, host)
  const ended = new AbortController()
  let stop = async (): Promise<void> => {}
  const started = start(deps, { host, recorder, informers, signal: ended.signal }).then(
    running => {
      stop = running
      log.info('the agent works', { cluster: deps.configuration.agent.clusterName })
    },
    (error: unknown) => {
      if (!ended.signal.aborted) log.error('the agent could not start', { error })
    },
  )
  return {
    takesUp: next => {
      if (next.digest !== digest) return false
      token = next.token
      return true
    },
    unready: () => unreadyOf(deps, informers),
    stop: async () => {
      ended.abort(new Error('the session ends'))
      await started
      await stop()
      for (const informer of informers.all) informer.stop()
      await recorder.stop()
      await host.close()
    },
  }
}

type AgentInformers = ReturnType<typeof startInformers>

/** What an agent may see of the host: its own Works and Cluster, and what everybody knows of kinds. */
function startInformers(deps: AgentSessionDeps, client: Client) {
  const { clock, log, metrics } = deps
  const { clusterName } = deps.configuration.agent
  const all: Pick<Informer, 'resource' | 'synced' | 'waitForSync' | 'stop' | 'lastError'>[] = []
  const start = <T extends KubeObject>(
    resource: Resource,
    query: NonNullable<InformerOptions<T>['query']> = {},
  ): Informer<T> => {
    const informer = newInformer<T>({ client, clock, log, metrics }, { resource, query })
    all.push(informer)
    return informer
  }
  return {
    all,
    clusters: start<Cluster>(CLUSTER, { fieldSelector: `metadata.name=${clusterName}` }),
    works: start<Work>(WORK, { namespace: executionNamespace(clusterName) }),
    customizations: start<ResourceInterpreterCustomization>(RESOURCE_INTERPRETER_CUSTOMIZATION),
    webhookConfigurations: start<ResourceInterpreterWebhookConfiguration>(RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION),
  }
}

interface Parts {
  readonly host: Client
  readonly recorder: RunningRecorder
  readonly informers: AgentInformers
  readonly signal: AbortSignal
}

/** @returns ends it. @throws the signal's reason. */
async function start(deps: AgentSessionDeps, parts: Parts): Promise<() => Promise<void>> {
  const { host, informers, signal } = parts
  const { clock, log, metrics, configuration, newUid } = deps
  const { clusterName, leaseDurationMs, renewPeriodMs } = configuration.agent
  const newOwnController = newControllers({ clock, log, metrics })
  // Its token may have to be renewed before anything else can be read.
  const renewal = startHostAccess({ ...deps, host, newController: newOwnController })
  try {
    await Promise.all(informers.all.map(informer => informer.waitForSync(signal)))
    const namespaces = await readHostIdentity(deps, parts)
    const members = newMemberConnections(deps, informers)
    const interpreting = newInterpreting(clock, newUid)
    const { works, clusters } = informers
    const shared = {
      ...{ host, clock, log, newUid, works, clusters, members, namespaces },
      recorder: recorderWithin(executionNamespace(clusterName), parts.recorder),
      interpreter: interpreting.interpreter,
      newController: newOwnController,
      rights: newMissingRights(),
      owns: (name: string) => name === clusterName && modeOf(clusters, name) === 'Pull',
      configuration,
    }
    const stops = [
      ...interpreting.start({ ...shared, ...informers }),
      ...startMemberSide({ ...shared, refreshCluster: (name, limit) => refreshCluster(shared, name, limit) }),
      ...startMemberLooks({
        ...shared,
        ...{ random: deps.random, rooms: newMemberRooms(clock), informerDeps: { clock, log, metrics } },
        ...{ secrets: new Map(), notesId: false },
      }),
      startHeartbeat({
        ...shared,
        ...{ leaseDurationMs, renewPeriodMs },
        isAble: () => works.lastError === undefined || missingRight(works.lastError) === undefined,
      }),
      renewal,
    ]
    members.connect(clusterName, { config: deps.server, digest: 'the cluster that the agent is in' })
    return async () => {
      await Promise.all(stops.map(stop => stop()))
      members.stop()
    }
  } catch (error) {
    await renewal()
    throw error
  }
}

const IDENTITY_RETRY_MS = 5000

/** The host's namespace kube-system, so that an agent that runs in the host itself is told from one in a member. */
async function readHostIdentity(
  { clock, log }: AgentSessionDeps,
  { host, signal }: Parts,
): Promise<Pick<Lister, 'get'>> {
  const name = 'kube-system'
  for (;;) {
    try {
      const found = await host.get(NAMESPACE, { namespace: '', name }, { signal })
      return { get: key => (key.name === name ? found : undefined) }
    } catch (error) {
      signal.throwIfAborted()
      if (isForbidden(error) || isNotFound(error)) return { get: () => undefined }
      log.warn('the host does not say who it is: trying again', { error })
      await sleep(clock, IDENTITY_RETRY_MS, signal)
    }
  }
}

function modeOf(clusters: Lister<Cluster>, name: string): string | undefined {
  return clusters.get({ namespace: '', name })?.spec.syncMode
}

function unreadyOf({ configuration }: AgentSessionDeps, { all, clusters }: AgentInformers): string | undefined {
  const { clusterName } = configuration.agent
  const waiting = all.filter(informer => !informer.synced)
  if (waiting.length > 0) {
    const cause = waiting.find(({ lastError }) => lastError !== undefined)?.lastError?.message
    const names = waiting.map(informer => informer.resource.plural).join(', ')
    return `waiting for the first list of ${names} of the host${cause === undefined ? '' : `: ${cause}`}`
  }
  const mode = modeOf(clusters, clusterName)
  if (mode === undefined) return `the host has no Cluster ${clusterName}: it was deleted, or is not registered yet`
  return mode === 'Pull' ? undefined : `Cluster ${clusterName} is in mode ${mode}: this agent leaves it alone`
}
