import { type ResourceList, requestedAmounts } from '../scheduling/estimate/amounts.ts'
import type { MemberRoom, NodeRoom, QuotaRoom } from '../scheduling/estimate/member-room.ts'

/** A node of 4 CPUs, 8 GiB and 110 pods with nothing on it, unless a test says otherwise. */
export function nodeRoom(
  fields: Partial<Omit<NodeRoom, 'allocatable' | 'requested'>> & {
    readonly allocatable?: ResourceList
    readonly requested?: ResourceList
  } = {},
): NodeRoom {
  const { allocatable, requested, ...rest } = fields
  return {
    name: 'n1',
    labels: {},
    taints: [],
    pods: 0,
    ...rest,
    allocatable: requestedAmounts({ cpu: '4', memory: '8Gi', pods: '110', ...allocatable }),
    requested: requestedAmounts(requested),
  }
}

/** A member with these nodes, in which nothing waits and no quota holds. */
export function memberRoom(nodes: readonly NodeRoom[], fields: Partial<RoomFields> = {}): MemberRoom {
  const { quotas = [], placed = {}, version = 1 } = fields
  return {
    version,
    nodes: () => nodes,
    quotas: () => quotas,
    placedPods: workload => placed[workload] ?? 0,
    unschedulablePods: () => 0,
  }
}

interface RoomFields {
  readonly quotas: readonly QuotaRoom[]
  /** Pods with a node by workload. */
  readonly placed: Readonly<Record<string, number>>
  readonly version: number
}
