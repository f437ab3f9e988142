import { startConnections } from './clusters/connection/controller.ts'
import { type Looks, newLooks } from './clusters/looks.ts'
import { startTokenRenewal } from './clusters/token-renewal/controller.ts'
import { type ReplicaInformers, startReplicaInformers } from './host-informers.ts'
import { newInterpreting } from './host-interpreting.ts'
import { startWarmingMembers } from './host-warming.ts'
import type { Interpreter } from './interpreter/interpreter.ts'
import type { Client } from './kube/client.ts'
import { type MemberConnectionDeps, newMemberConnections } from './member-connections.ts'
import { startMemberSide } from './member-side.ts'
import type { MemberRegistry } from './members/member-registry.ts'
import { newMissingRights } from './members/missing-rights.ts'
import type { Controller, ControllerMetrics, ControllerOptions } from './runtime/controller.ts'
import type { InformerMetrics } from './runtime/informer.ts'
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
  const parts = { informers, members, interpreting, rooms, onLook }
  let stops: readonly (() => Promise<void>)[] = []
  const start = async (signal: AbortSignal): Promise<void> => {
    await Promise.all(informers.all.map(informer => informer.waitForSync(signal)))
    stops = startControllers(deps, parts)
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
      await Promise.all(stops.map(stop => stop()))
      members.stop()
      for (const informer of informers.all) informer.stop()
    },
  }
}

interface Parts extends Pick<Replica, 'informers' | 'members' | 'rooms'> {
  readonly onLook: (cluster: string) => void
  readonly interpreting: ReturnType<typeof newInterpreting>
}

function startControllers(deps: ReplicaDeps, parts: Parts): readonly (() => Promise<void>)[] {
  const { clock, log, metrics, configuration, share } = deps
  const { informers, members, rooms, onLook, interpreting } = parts
  const { clusters } = informers
  const shared = {
    ...deps,
    ...informers,
    ...{ members, rooms },
    ...share,
    interpreter: interpreting.interpreter,
    rights: newMissingRights(),
    informerDeps: { clock, log, metrics },
  }
  // What an agent executes for is left to it.
  const owns = (name: string): boolean =>
    share.owns(name) && clusters.get({ namespace: '', name })?.spec.syncMode !== 'Pull'
  const forget = clusters.addHandler(({ type, object }) => {
    // By then its connection is down, and nothing counts any more.
    if (type === 'deleted') clock.after(FORGET_AFTER_MS, () => void deps.forgetMetricsOf(object.metadata.name))
  })
  const stopWarming = startWarmingMembers({ members, works: informers.works })
  return [
    ...interpreting.start({ ...shared, recorder: deps.leadersRecorder }),
    ...startMemberSide({ ...shared, owns, notesId: true, onLook }),
    startConnections({ ...shared, owns, concurrency: configuration.concurrency.clusters }),
    // It takes its condition off those that got an agent.
    startTokenRenewal(shared),
    async () => forget(),
    async () => stopWarming(),
  ]
}
