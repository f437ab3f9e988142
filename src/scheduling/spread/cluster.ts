import { newHeap } from '../divide/heap.ts'
import { failure, type ScheduleFailure } from '../outcome.ts'
import type { SpreadConstraint } from '../placement.ts'
import type { RankedCluster } from '../rank.ts'
import { maxGroupsOf } from './topology.ts'

/** Room is not asked for: every cluster will do. */
export const IGNORE_CAPACITY = -1

/**
 * Takes as many clusters as the constraint allows, in the order of selection; when they lack room, roomier ones take
 * the places of the last.
 *
 * @param needed replicas to find room for, or {@link IGNORE_CAPACITY}
 * @source spec/behaviour/scheduling.md §7.1
 */
export function selectByCluster(
  ranked: readonly RankedCluster[],
  constraint: SpreadConstraint,
  needed: number,
): readonly RankedCluster[] | ScheduleFailure {
  if (ranked.length < (constraint.minGroups ?? 0)) {
    return failure('SchedulerError', 'the number of feasible clusters is less than spreadConstraint.MinGroups')
  }
  const count = Math.min(ranked.length, maxGroupsOf(constraint))
  if (needed === IGNORE_CAPACITY) return ranked.slice(0, count)
  const selected = selectWithRoom(ranked, count, needed)
  return selected ?? failure('SchedulerError', `no enough resource when selecting ${count} clusters`)
}

interface Spare {
  readonly place: number
  readonly candidate: RankedCluster
}

/** @returns undefined when no choice of `count` clusters, made by single exchanges from the last place up, has the room. */
function selectWithRoom(
  ranked: readonly RankedCluster[],
  count: number,
  needed: number,
): readonly RankedCluster[] | undefined {
  const selected = ranked.slice(0, count)
  const spares = ranked.slice(count).map((candidate, place) => ({ place, candidate }))
  const pool = newHeap<Spare>(spares, (a, b) => roomOf(a.candidate) - roomOf(b.candidate) > 0 || isEarlierEqual(a, b))
  let room = selected.reduce((sum, candidate) => sum + roomOf(candidate), 0)
  for (let index = count - 1; index >= 0 && room < needed; index--) {
    const [own, best] = [selected[index], pool.top]
    if (own === undefined || best === undefined || roomOf(best.candidate) <= roomOf(own)) continue
    room += roomOf(best.candidate) - roomOf(own)
    selected[index] = best.candidate
    pool.replaceTop({ place: best.place, candidate: own })
  }
  return count > 0 && room >= needed ? selected : undefined
}

function isEarlierEqual(a: Spare, b: Spare): boolean {
  return roomOf(a.candidate) === roomOf(b.candidate) && a.place < b.place
}

function roomOf({ room }: RankedCluster): number {
  return room.available
}
