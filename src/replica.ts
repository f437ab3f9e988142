import { startConnections } from './clusters/connection/controller.ts'
import { type Looks, newLooks } from './clusters/looks.ts'
import { refreshCluster } from './clusters/refresh-cluster.ts'
import { startTokenRenewal } from './clusters/token-renewal/controller.ts'
import { type ReplicaInformers, startReplicaInformers } from './host-informers.ts'
import { newInterpreting } from './host-interpreting.ts'
import { startWarmingMembers } from './host-warming.ts'
import type { Interpreter } from './interpreter/interpreter.ts'
import type { Client } from './kube/client.ts'
import { type MemberConnectionDeps, newMemberConnections } from './member-connections.ts'
import { startMemberLooks, startMemberSide } from './member-side.ts'
import type { MemberRegistry } from './members/member-registry.ts'
import { newMissingRights } from './members/missing-rights.ts'
import type { Controller, ControllerMetrics, ControllerOptions } from './runtime/controller.ts'
import type { Informer, InformerMetrics } from './runtime/informer.ts'
import type { Ownership } from './runtime/ownership.ts'
import type { Recorder } from './runtime/recorder.ts'
import { type MemberRooms, newMemberRooms } from './scheduling/estimate/member-rooms.ts'

export interface ReplicaDeps extends MemberConnectionDeps {
  readonly host: Client
  readonly recorder: Recorder
  /** For what one of all replicas tells: it is silent in those that do not lead. */
  readonly leadersRecorder: Recorder
  readonly metrics: ControllerMetrics & InformerMetrics
  /** Drops the series of a cluster that is gone. Never rejects. */
  readonly forgetMetricsOf: (cluster: string) => Promise<void>
  /** Of this process. */
  readonly newController: (options: ControllerOptions) => Controller
  readonly newUid: () => string
  readonly random: () => number
  /** Which clusters are this replica's, whatever their mode. */
  readonly share: Ownership
  /** Told when one of its own was looked at for the first time since it is. */
  readonly onFirstLook?: () => void
}

/** What a process of the operator does for the members that are its own, whether it leads or not. */
export interface Replica {
  readonly informers: ReplicaInformers
  readonly members: MemberRegistry
  readonly interpreter: Interpreter
  /** Of the members that are its own. */
  readonly rooms: MemberRooms
  readonly looks: Looks
  /** Those of its own that it has looked at. */
  lookedAt(): readonly string[]
  /** Fills its caches and starts its controllers; once, however often it is called. @throws the signal's reason. */
  run(signal: AbortSignal): Promise<void>
  /** Ends the use of members that are its own no longer: what it has begun there is done when that resolves. */
  retire(): Promise<void>
  stop(): Promise<void>
}

const FORGET_AFTER_MS = 30_000

/** Begins to fill its caches. */
export function newReplica(deps: ReplicaDeps): Replica {
  const informers = startReplicaInformers(deps)
  const members = newMemberConnections(deps, informers)
  const interpreting = newInterpreting(deps.clock, deps.newUid)
  const rooms = newMemberRooms(deps.clock)
  const looks = newLooks()
  const seen = new Set<string>()
  const onLook = (cluster: string): void => {
    looks.looked(cluster)
    if (seen.has(cluster)) return
    seen.add(cluster)
    deps.onFirstLook?.()
  }
  const parts = partsFor(deps, { informers, members, interpreting, rooms, onLook })
  const stops: (() => Promise<void>)[] = []
  const stopped = new AbortController()
  /** Members are looked at while the Works are still read: nothing is done there before all of these are known. */
  const start = async (signal: AbortSignal): Promise<void> => {
    const untilStopped = AbortSignal.any([signal, stopped.signal])
    await untilSynced([informers.clusters, informers.namespaces, ...informers.secrets.values()], untilStopped)
    stops.push(...startLooks(parts))
    await untilSynced(informers.all, untilStopped)
    stops.push(...startExecuting(parts))
  }
  let running: Promise<void> | undefined
  return {
    ...{ informers, members, rooms, looks, interpreter: interpreting.interpreter },
    run: signal => {
      running ??= start(signal)
      return running
    },
    lookedAt: () => [...seen],
    retire: async () => {
      for (const name of seen) if (!deps.share.owns(name)) seen.delete(name)
      const lost = members.connected().filter(name => !deps.share.owns(name))
      await Promise.all(lost.map(name => members.retire(name)))
    },
    stop: async () => {
      stopped.abort(new Error('the replica has stopped'))
      await Promise.all(stops.map(stop => stop()))
      members.stop()
      for (const informer of informers.all) informer.stop()
    },
  }
}

async function untilSynced(informers: readonly Pick<Informer, 'waitForSync'>[], signal: AbortSignal): Promise<void> {
  await Promise.all(informers.map(informer => informer.waitForSync(signal)))
  signal.throwIfAborted()
}

interface Made extends Pick<Replica, 'informers' | 'members' | 'rooms'> {
  readonly onLook: (cluster: string) => void
  readonly interpreting: ReturnType<typeof newInterpreting>
}

type Parts = ReturnType<typeof partsFor>

/** What its controllers need, each some of it. */
function partsFor(deps: ReplicaDeps, made: Made) {
  const { clock, log, metrics, share } = deps
  const { informers, members, rooms, onLook, interpreting } = made
  return {
    ...deps,
    ...informers,
    ...{ members, rooms, onLook, interpreting },
    ...share,
    interpreter: interpreting.interpreter,
    rights: newMissingRights(),
    informerDeps: { clock, log, metrics },
    // What an agent executes for is left to it.
    owns: (name: string): boolean =>
      share.owns(name) && informers.clusters.get({ namespace: '', name })?.spec.syncMode !== 'Pull',
  }
}

type Stops = readonly (() => Promise<void>)[]

function startLooks(parts: Parts): Stops {
  const { clock, configuration, share } = parts
  const forget = parts.clusters.addHandler(({ type, object }) => {
    // By then its connection is down, and nothing counts any more.
    if (type === 'deleted') clock.after(FORGET_AFTER_MS, () => void parts.forgetMetricsOf(object.metadata.name))
  })
  return [
    ...startMemberLooks({ ...parts, notesId: true }),
    startConnections({ ...parts, concurrency: configuration.concurrency.clusters }),
    // It takes its condition off those that got an agent.
    startTokenRenewal({ ...parts, owns: share.owns }),
    async () => forget(),
  ]
}

function startExecuting(parts: Parts): Stops {
  const stopWarming = startWarmingMembers(parts)
  // Another process may lead, and let go of a cluster before the watch tells of it here.
  const isShared = parts.share.onGain !== undefined
  const refresh = (name: string, signal: AbortSignal): Promise<void> => refreshCluster(parts, name, signal)
  return [
    ...parts.interpreting.start({ ...parts, recorder: parts.leadersRecorder }),
    ...startMemberSide({ ...parts, ...(isShared && { refreshCluster: refresh }) }),
    async () => stopWarming(),
  ]
}
