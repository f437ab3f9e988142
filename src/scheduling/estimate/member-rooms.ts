import type { Clock } from '../../runtime/clock.ts'
import type { MemberRoom } from './member-room.ts'

/** The rooms of members by name of the cluster: who watches members fills it, who places bindings asks it. */
export interface MemberRooms {
  /** Undefined while the member is not watched, or does not answer. */
  get(cluster: string): MemberRoom | undefined
  set(cluster: string, look: () => MemberRoom | undefined): void
  delete(cluster: string): void
  /** Says that a member may take more than before. */
  gained(): void
  /** Tells once for all that was gained in a moment, and once a second at most. @returns removes the handler. */
  onGain(handler: () => void): () => void
}

/** Pods end all the time somewhere, and many at once. */
const SETTLES_MS = 100
const GAP_MS = 1_000

export function newMemberRooms(clock: Pick<Clock, 'after' | 'monotonicMs'>): MemberRooms {
  const looks = new Map<string, () => MemberRoom | undefined>()
  const handlers = new Set<() => void>()
  let isSettling = false
  let nextMs = 0
  return {
    get: cluster => looks.get(cluster)?.(),
    set: (cluster, look) => looks.set(cluster, look),
    delete: cluster => looks.delete(cluster),
    gained: () => {
      if (isSettling) return
      isSettling = true
      clock.after(Math.max(SETTLES_MS, nextMs - clock.monotonicMs()), () => {
        isSettling = false
        nextMs = clock.monotonicMs() + GAP_MS
        for (const handler of handlers) handler()
      })
    },
    onGain: handler => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
