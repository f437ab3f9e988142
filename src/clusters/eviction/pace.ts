import type { Clock } from '../../runtime/clock.ts'

/** Lets so many evictions happen a second, each in its turn. */
export interface Pace {
  /** @returns 0 when it is its turn, else milliseconds until then; undefined when nothing is evicted at all. */
  waitMs(key: string): number | undefined
  /** It does not wait any more. */
  cancel(key: string): void
  /** How many wait for their turn. */
  readonly waiting: number
}

/** @param perSecond 0: none at all */
export function newPace(clock: Clock, perSecond: number): Pace {
  const turns = new Map<string, number>()
  let nextMs = 0
  const turnOf = (key: string): number => {
    const given = turns.get(key)
    if (given !== undefined) return given
    const turn = Math.max(nextMs, clock.monotonicMs())
    nextMs = turn + 1000 / perSecond
    return turn
  }
  return {
    waitMs(key) {
      if (perSecond <= 0) return undefined
      const turn = turnOf(key)
      const wait = Math.ceil(turn - clock.monotonicMs())
      if (wait <= 0) turns.delete(key)
      else turns.set(key, turn)
      return Math.max(0, wait)
    },
    cancel: key => void turns.delete(key),
    get waiting() {
      return turns.size
    },
  }
}
