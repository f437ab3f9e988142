import { isPlacedWhole, type SchedulableSpec } from '../placement.ts'
import type { ClusterEstimates } from './available.ts'
import { UNLIMITED_REPLICAS } from './general.ts'
import { type Assignment, type InFlight, needsOf } from './in-flight.ts'
import type { MemberRoom } from './member-room.ts'
import { replicasOnNodes, setsOnNodes } from './on-nodes.ts'
import { type QuotaNeed, setsInQuotas } from './quota.ts'
import type { Reservation } from './reserve.ts'

/** An estimator of which decisions are known to it. */
export interface Estimator {
  /** Its answers for one binding, each computed when it is asked for. */
  estimate(spec: SchedulableSpec): ClusterEstimates
  /** Takes note of a decision: what it promises is used up at once. */
  assigned(assignment: Assignment): void
}

export interface AccurateEstimatorDeps {
  /** Undefined for a cluster that does not answer. */
  readonly roomOf: (cluster: string) => MemberRoom | undefined
  readonly inFlight: InFlight
}

/** A cluster that does not answer says this, and no more. */
const NO_ANSWER = -1

/**
 * Asks the nodes and quotas of members, as their watches have told them, and what is on its way there.
 *
 * @source spec/behaviour/scheduling.md §6.2
 */
export function newAccurateEstimator({ roomOf, inFlight }: AccurateEstimatorDeps): Estimator {
  return {
    estimate: spec => {
      const needs = quotaNeedsOf(spec)
      const answers = new Map<string, number>()
      return {
        get: cluster => {
          const known = answers.get(cluster)
          if (known !== undefined) return known
          const room = roomOf(cluster)
          const reservation = room && inFlight.reservedIn(cluster, room)
          const answer =
            room === undefined || reservation === undefined ? NO_ANSWER : fitting(spec, needs, { room, reservation })
          answers.set(cluster, answer)
          return answer
        },
      }
    },
    assigned: assignment => inFlight.note(assignment),
  }
}

interface Answering {
  readonly room: MemberRoom
  readonly reservation: Reservation
}

function fitting(spec: SchedulableSpec, needs: readonly QuotaNeed[], { room, reservation }: Answering): number {
  const { namespace = '' } = spec.resource
  const inQuotas = setsInQuotas(room.quotas(namespace), needs, reservation.quota(namespace))
  if (inQuotas === 0) return 0
  const [only] = needs
  const onNodes =
    isPlacedWhole(spec) || only === undefined
      ? setsOnNodes(room.nodes(), needs, reservation.nodes)
      : replicasOnNodes(room.nodes(), only, reservation.nodes)
  return Math.min(onNodes, inQuotas, UNLIMITED_REPLICAS)
}

function quotaNeedsOf(spec: SchedulableSpec): readonly QuotaNeed[] {
  const names = isPlacedWhole(spec)
    ? (spec.components ?? []).map(({ replicaRequirements }) => replicaRequirements?.priorityClassName)
    : [spec.replicaRequirements?.priorityClassName]
  return needsOf(spec).map((need, index) => {
    const priorityClassName = names[index]
    return priorityClassName === undefined ? need : { ...need, priorityClassName }
  })
}
