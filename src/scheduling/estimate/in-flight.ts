import { parseApiVersion } from '../../object/gvk.ts'
import type { Clock } from '../../runtime/clock.ts'
import { isPlacedWhole, isWorkload, type SchedulableSpec, type TargetCluster } from '../placement.ts'
import { requestedAmounts } from './amounts.ts'
import { componentNeeds } from './general.ts'
import { type MemberRoom, workloadKey } from './member-room.ts'
import type { ComponentNeed } from './models.ts'
import { NOTHING_RESERVED, type PendingPods, type Reservation, reserve } from './reserve.ts'

/** A decision that a binding was given. */
export interface Assignment {
  /** Of the binding: `<namespace>/<name>`. */
  readonly binding: string
  readonly spec: SchedulableSpec
  /** Its targets before. */
  readonly before: readonly TargetCluster[]
}

/** Replicas on their way to members. */
export interface InFlight {
  /** Takes note of a decision, from the moment it is made. */
  note(assignment: Assignment): void
  /** Takes note that a binding is gone. */
  forget(binding: string): void
  /** What has not arrived in a cluster. */
  reservedIn(cluster: string, room: MemberRoom): Reservation
}

export interface InFlightDeps {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>
  /** Undefined for a cluster that does not answer. */
  readonly roomOf: (cluster: string) => MemberRoom | undefined
  /** Whether a binding reports its workload in a cluster as healthy; undefined when there is no such binding. */
  readonly isHealthy: (binding: string, cluster: string) => boolean | undefined
  /** Told when something is held back no more that has not arrived. */
  readonly onFreed: () => void
}

/** A binding's replicas in one cluster. */
interface Flight {
  readonly binding: string
  /** '' when its pods cannot be told from others. */
  readonly workload: string
  readonly namespace: string
  /** Of one unit: a replica, or a set of components. */
  readonly needs: readonly ComponentNeed[]
  /** Equal needs have equal text. */
  readonly signatures: readonly string[]
  readonly wanted: number
  /** Units that were there before, or were seen since: what has arrived is on no way any more, even when it is gone again. */
  arrived: number
  readonly sinceMs: number
  /** It was seen with another health since it was noted, or there was no report. */
  wasUnhealthy: boolean
}

const TTL_MS = 300_000
/** A decision that was not written by then never will be. */
const UNWRITTEN_MS = 60_000
/** So many in one cluster are not counted anew for every estimate. */
const MANY = 500
const MANY_AGE_MS = 100
/** Health and age of flights tell nobody when they change, and pods may be gone before anybody asks for an estimate. */
const LOOK_MS = 1_000

/**
 * Keeps a member from being promised twice: what was assigned to it counts as used until its pods hold their places there.
 *
 * A flight ends when the member shows as many placed pods of the workload as were assigned; when the binding reports health
 * that it did not have; when the binding goes or takes another decision; after five minutes.
 *
 * @source spec/behaviour/scheduling.md §12 SchedulingOvercommitProtection
 */
export function newInFlight(deps: InFlightDeps): InFlight {
  const flights = newFlights()
  const built = new Map<string, Built>()
  let isLooking = false
  const lookLater = (): void => {
    if (isLooking) return
    isLooking = true
    deps.clock.after(LOOK_MS, () => {
      isLooking = false
      for (const cluster of flights.clusters()) settle(deps, flights, { cluster, room: deps.roomOf(cluster) })
      if (flights.clusters().length > 0) lookLater()
    })
  }
  return {
    note: assignment => {
      for (const { cluster, before, wanted } of changesOf(flights, assignment)) {
        const known = flights.of(cluster).get(assignment.binding)
        // On the way already: what was there before that is still all that is known to be there.
        const arrived = known?.arrived ?? before
        if (wanted > arrived) flights.set(cluster, newFlight(deps, assignment, { cluster, wanted, arrived }))
        else flights.delete(cluster, assignment.binding)
      }
      if (flights.clusters().length > 0) lookLater()
    },
    forget: binding => {
      const clusters = [...flights.clustersOf(binding)]
      for (const cluster of clusters) flights.delete(cluster, binding)
      if (clusters.length > 0) deps.onFreed()
    },
    reservedIn: (cluster, room) => {
      const ofCluster = flights.of(cluster)
      if (ofCluster.size === 0) return NOTHING_RESERVED
      const known = built.get(cluster)
      const now = { room, version: flights.version, atMs: deps.clock.monotonicMs(), count: ofCluster.size }
      if (known !== undefined && isFresh(known, now)) return known.reservation
      settle(deps, flights, { cluster, room })
      const reservation = reserve(room, pendingOf(flights, cluster))
      built.set(cluster, { roomVersion: room.version, version: flights.version, atMs: now.atMs, reservation })
      return reservation
    },
  }
}

interface Flights {
  /** Grows with every change. */
  readonly version: number
  /** Those to which anything is on its way. */
  clusters(): readonly string[]
  /** Those to a cluster, by binding. */
  of(cluster: string): ReadonlyMap<string, Flight>
  /** Where a binding has any. */
  clustersOf(binding: string): Iterable<string>
  set(cluster: string, flight: Flight): void
  delete(cluster: string, binding: string): void
}

function newFlights(): Flights {
  const byCluster = new Map<string, Map<string, Flight>>()
  const clusters = new Map<string, Set<string>>()
  let version = 0
  return {
    get version() {
      return version
    },
    clusters: () => [...byCluster.keys()],
    of: cluster => byCluster.get(cluster) ?? NO_FLIGHTS,
    clustersOf: binding => clusters.get(binding) ?? [],
    set: (cluster, flight) => {
      version++
      byCluster.set(cluster, (byCluster.get(cluster) ?? new Map()).set(flight.binding, flight))
      clusters.set(flight.binding, (clusters.get(flight.binding) ?? new Set()).add(cluster))
    },
    delete: (cluster, binding) => {
      const ofCluster = byCluster.get(cluster)
      if (ofCluster?.delete(binding) !== true) return
      if (ofCluster.size === 0) byCluster.delete(cluster)
      version++
      const left = clusters.get(binding)
      left?.delete(cluster)
      if (left?.size === 0) clusters.delete(binding)
    },
  }
}

const NO_FLIGHTS: ReadonlyMap<string, Flight> = new Map()
interface Built {
  readonly roomVersion: number
  readonly version: number
  readonly atMs: number
  readonly reservation: Reservation
}

function isFresh(
  { roomVersion, version, atMs }: Built,
  now: { readonly room: MemberRoom; readonly version: number; readonly atMs: number; readonly count: number },
): boolean {
  const isSame = roomVersion === now.room.version && version === now.version
  const mayBeOldMs = isSame ? LOOK_MS : now.count > MANY ? MANY_AGE_MS : 0
  return now.atMs - atMs < mayBeOldMs
}

interface UnitChange {
  readonly cluster: string
  /** Units: replicas, or sets of components. */
  readonly before: number
  readonly wanted: number
}

function changesOf(flights: Flights, { binding, spec, before }: Assignment): readonly UnitChange[] {
  if (!isWorkload(spec)) return []
  const unit = (target: TargetCluster): number => (isPlacedWhole(spec) ? 1 : (target.replicas ?? 0))
  const [was, is] = [before, spec.clusters ?? []].map(
    targets => new Map(targets.map(target => [target.name, unit(target)])),
  )
  const names = new Set([...flights.clustersOf(binding), ...(was?.keys() ?? []), ...(is?.keys() ?? [])])
  return [...names].map(cluster => ({ cluster, before: was?.get(cluster) ?? 0, wanted: is?.get(cluster) ?? 0 }))
}

function newFlight(
  { clock, isHealthy }: InFlightDeps,
  { binding, spec }: Assignment,
  { cluster, wanted, arrived }: { readonly cluster: string; readonly wanted: number; readonly arrived: number },
): Flight {
  const { apiVersion, kind, namespace = '', name = '' } = spec.resource
  const { group } = parseApiVersion(apiVersion)
  const whole = isPlacedWhole(spec)
  const needs = needsOf(spec)
  return {
    binding,
    // Pods of a set are not one kind of pods: none of them says how many sets there are.
    workload: whole ? '' : workloadKey({ group, kind, namespace, name }),
    namespace,
    needs,
    signatures: needs.map(({ requested, nodeClaim }) => JSON.stringify([[...requested], nodeClaim])),
    wanted,
    arrived,
    sinceMs: clock.monotonicMs(),
    wasUnhealthy: isHealthy(binding, cluster) !== true,
  }
}

/** What one unit of a workload asks for: a replica, or a set of components. */
export function needsOf(spec: SchedulableSpec): readonly ComponentNeed[] {
  if (isPlacedWhole(spec)) return componentNeeds(spec.components ?? [])
  const { resourceRequest, nodeClaim } = spec.replicaRequirements ?? {}
  return [{ replicas: 1, requested: requestedAmounts(resourceRequest), ...(nodeClaim && { nodeClaim }) }]
}

/** Lets flights go that have ended, and notes of the others what has arrived. */
function settle(
  deps: InFlightDeps,
  flights: Flights,
  { cluster, room }: { readonly cluster: string; readonly room: MemberRoom | undefined },
): void {
  for (const flight of [...flights.of(cluster).values()]) {
    flight.arrived = Math.max(flight.arrived, room?.placedPods(flight.workload) ?? 0)
    const isAllThere = flight.arrived >= flight.wanted
    if (!isAllThere && !hasLanded(deps, flight, cluster)) continue
    flights.delete(cluster, flight.binding)
    if (!isAllThere) deps.onFreed()
  }
}

function pendingOf(flights: Flights, cluster: string): readonly PendingPods[] {
  return [...flights.of(cluster).values()].flatMap(({ needs, namespace, signatures, wanted, arrived }) =>
    needs.map((need, index) => {
      const pods = (wanted - arrived) * need.replicas
      return { need, namespace, signature: signatures[index] ?? '', pods }
    }),
  )
}

function hasLanded({ clock, isHealthy }: InFlightDeps, flight: Flight, cluster: string): boolean {
  const ageMs = clock.monotonicMs() - flight.sinceMs
  const healthy = isHealthy(flight.binding, cluster)
  if (ageMs > (healthy === undefined ? UNWRITTEN_MS : TTL_MS)) return true
  if (healthy !== true) flight.wasUnhealthy = true
  return healthy === true && flight.wasUnhealthy
}
