import type { Timing } from './timing.ts'

const TICK_MS = 100

/** A request that must end by `atMs` (monotonic). */
export interface Deadline {
  readonly atMs: number
  readonly expire: () => void
}

/** One coarse timer for all requests of a client: a timer for each would cost more than the rest of its bookkeeping. */
export class Deadlines {
  readonly #timing: Timing
  readonly #pending = new Set<Deadline>()
  #cancelTick: (() => void) | undefined

  constructor(timing: Timing) {
    this.#timing = timing
  }

  /** Calls `expire` after `afterMs`, up to 100 ms late, unless removed before. */
  add(afterMs: number, expire: () => void): Deadline {
    const deadline = { atMs: this.#timing.monotonicMs() + afterMs, expire }
    this.#pending.add(deadline)
    this.#cancelTick ??= this.#timing.after(TICK_MS, this.#tick)
    return deadline
  }

  remove(deadline: Deadline): void {
    this.#pending.delete(deadline)
  }

  close(): void {
    this.#pending.clear()
    this.#cancelTick?.()
    this.#cancelTick = undefined
  }

  readonly #tick = (): void => {
    this.#cancelTick = undefined
    const nowMs = this.#timing.monotonicMs()
    for (const deadline of this.#pending) {
      if (deadline.atMs > nowMs) continue
      this.#pending.delete(deadline)
      deadline.expire()
    }
    if (this.#pending.size > 0) this.#cancelTick ??= this.#timing.after(TICK_MS, this.#tick)
  }
}
