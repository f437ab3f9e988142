import type { Cancellation } from './cancellation.ts'
import type { TransportError } from './status-error.ts'
import type { Timing } from './timing.ts'

const TICK_MS = 100

/** A request that must end by `atMs` (monotonic). */
export interface Deadline {
  readonly atMs: number
  readonly cancellation: Pick<Cancellation, 'cancel'>
  readonly timeout: () => TransportError
}

/** One coarse timer for all requests of a client: a timer for each would cost more than the rest of its bookkeeping. */
export class Deadlines {
  readonly #timing: Timing
  readonly #pending = new Set<Deadline>()
  #cancelTick: (() => void) | undefined

  constructor(timing: Timing) {
    this.#timing = timing
  }

  /** Cancels with the error of `timeout` after `afterMs`, up to 100 ms late, unless removed before. */
  add(afterMs: number, cancellation: Deadline['cancellation'], timeout: Deadline['timeout']): Deadline {
    const deadline = { atMs: this.#timing.monotonicMs() + afterMs, cancellation, timeout }
    this.#pending.add(deadline)
    this.#cancelTick ??= this.#timing.after(TICK_MS, this.#tick)
    return deadline
  }

  remove(deadline: Deadline): void {
    this.#pending.delete(deadline)
  }

  /** Cancels all that is pending, whatever it waits for: without its deadline it might wait for ever. */
  close(reason: TransportError): void {
    for (const { cancellation } of this.#pending) cancellation.cancel(reason)
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
      deadline.cancellation.cancel(deadline.timeout())
    }
    if (this.#pending.size > 0) this.#cancelTick ??= this.#timing.after(TICK_MS, this.#tick)
  }
}
