import { afterThisTurn } from './timing.ts'

/** What is smaller is decoded in less than a millisecond, in bytes. */
const LARGE_BYTES = 64 * 1024

/** When more wait, memory counts for more than time. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024

interface Waiting {
  readonly bytes: number
  readonly resume: () => void
}

/**
 * Spreads the pages of lists over turns of the event loop: each takes some 20 ms to decode and to be taken in, and after a start there
 * is one on the way from every member and for every kind. Decoded in one turn, they hold up all that is urgent.
 */
export class PageTurns {
  readonly #first: Waiting[] = []
  readonly #others: Waiting[] = []
  #waitingBytes = 0
  #isTaken = false

  /**
   * Waits until no other large page is decoded in this turn; at once when none is, in the order of asking otherwise.
   *
   * @param isFirst goes before all that are not: with what the host holds everything begins.
   */
  async take(bytes: number, isFirst: boolean): Promise<void> {
    if (bytes < LARGE_BYTES) return
    if (!this.#isTaken) this.#begin()
    else if (this.#waitingBytes + bytes <= MOST_WAITING_BYTES) await this.#wait(bytes, isFirst)
  }

  #wait(bytes: number, isFirst: boolean): Promise<void> {
    this.#waitingBytes += bytes
    return new Promise(resume => (isFirst ? this.#first : this.#others).push({ bytes, resume }))
  }

  #begin(): void {
    this.#isTaken = true
    afterThisTurn(() => {
      this.#isTaken = false
      const next = this.#first.shift() ?? this.#others.shift()
      if (next === undefined) return
      this.#waitingBytes -= next.bytes
      this.#begin()
      next.resume()
    })
  }
}

/** Of this thread: it has one event loop, however many apiservers it reads from. */
export const pageTurns = new PageTurns()
