/** Numbers by chance that come again with the same seed. */
export interface Random {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from 0 up to `limit`. */
  below(limit: number): number
  /** @throws when there is none. */
  pick<T>(of: readonly T[]): T
  /** Each of them or not, in their order. */
  some<T>(of: readonly T[]): readonly T[]
  /** @param share 0 never, 1 always. */
  happens(share: number): boolean
}

/** @source mulberry32, in the public domain: small, and good enough to choose what happens next. */
export function newRandom(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: of => {
      const found = of[below(of.length)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
    some: of => of.filter(() => next() < 0.5),
    happens: share => next() < share,
  }
}
