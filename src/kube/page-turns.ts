import { afterThisTurn } from './timing.ts'

/** What is smaller is decoded in less than a millisecond, in bytes. */
const LARGE_BYTES = 64 * 1024

/**
 * Spreads the pages of lists over turns of the event loop: each takes some 20 ms to decode and to be taken in, and after a start there
 * is one on the way from every member and for every kind. Decoded in one turn, they hold up all that is urgent.
 */
export class PageTurns {
  readonly #waiting: (() => void)[] = []
  #isTaken = false

  /** Waits until no other large page is decoded in this turn; at once when none is, in the order of asking otherwise. */
  async take(bytes: number): Promise<void> {
    if (bytes < LARGE_BYTES) return
    if (this.#isTaken) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#begin()
  }

  #begin(): void {
    this.#isTaken = true
    afterThisTurn(() => {
      this.#isTaken = false
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#begin()
      next()
    })
  }
}

/** Of this thread: it has one event loop, however many apiservers it reads from. */
export const pageTurns = new PageTurns()
