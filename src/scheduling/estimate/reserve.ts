import type { MemberRoom } from './member-room.ts'
import type { ComponentNeed } from './models.ts'
import { podsOnNode, type Reservations, type Reserved, takesPods } from './on-nodes.ts'
import type { QuotaReserved } from './quota.ts'

/** Pods of one kind that were assigned to a cluster and have not arrived. */
export interface PendingPods {
  readonly need: ComponentNeed
  readonly namespace: string
  /** Equal needs have equal text. */
  readonly signature: string
  readonly pods: number
}

/** What a cluster holds back for pods that were assigned to it and are not seen there yet. */
export interface Reservation {
  readonly nodes: Reservations
  quota(namespace: string): QuotaReserved
}

const NO_QUOTA: QuotaReserved = new Map()
export const NOTHING_RESERVED: Reservation = { nodes: new Map(), quota: () => NO_QUOTA }

interface Held extends Reserved {
  pods: number
  readonly requested: Map<string, number>
}

/** Puts what has not arrived on the first nodes that take it; equal kinds of pods at once. */
export function reserve(room: MemberRoom, pending: readonly PendingPods[]): Reservation {
  const nodes = new Map<string, Held>()
  for (const group of Map.groupBy(pending, ({ signature }) => signature).values()) {
    const need = group[0]?.need
    if (need !== undefined) placePods(room, nodes, { need, pods: sumOfPods(group) })
  }
  const byNamespace = Map.groupBy(pending, ({ namespace }) => namespace)
  return { nodes, quota: namespace => quotaOf(byNamespace.get(namespace) ?? []) }
}

/** What no node takes waits in the member, and takes nothing from anybody. */
function placePods(
  room: MemberRoom,
  held: Map<string, Held>,
  { need, pods }: Pick<PendingPods, 'need' | 'pods'>,
): void {
  let left = pods
  for (const node of room.nodes()) {
    if (left <= 0) return
    if (!takesPods(node, need.nodeClaim)) continue
    const here = held.get(node.name) ?? { pods: 0, requested: new Map<string, number>() }
    const placed = Math.min(left, podsOnNode(node, need.requested, here))
    here.pods += placed
    addAmounts(here.requested, need, placed)
    held.set(node.name, here)
    left -= placed
  }
}

function quotaOf(pending: readonly PendingPods[]): QuotaReserved {
  const sums = new Map([['pods', sumOfPods(pending)]])
  for (const { need, pods } of pending) addAmounts(sums, need, pods)
  return sums
}

function sumOfPods(pending: readonly PendingPods[]): number {
  return pending.reduce((sum, { pods }) => sum + pods, 0)
}

function addAmounts(sums: Map<string, number>, { requested }: ComponentNeed, pods: number): void {
  for (const [resource, amount] of requested) sums.set(resource, (sums.get(resource) ?? 0) + amount * pods)
}
