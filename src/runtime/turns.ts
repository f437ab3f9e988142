import type { Clock } from './clock.ts'

/** How long queues take keys before what came from the network meanwhile is heard, in milliseconds: thousands of keys stand after a start. */
const TURN_MS = 5

/**
 * What all queues of a process may take in one turn of its event loop, together: a dozen queues that each had their own would keep it
 * for a dozen times as long. Who had to stop goes on in the next turn, in the order of stopping.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** Undefined when nothing was taken in this turn yet. */
  #beganMs: number | undefined
  readonly #waiting = new Set<() => void>()

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** @returns true when nothing more is to be taken now; `resume` is called in a later turn then. */
  isOver(resume: () => void): boolean {
    if (!this.#isSpent()) return false
    this.#waiting.add(resume)
    return true
  }

  /** Something is taken. A queue that takes nothing begins no turn: it would wake itself without end. */
  begin(): void {
    if (this.#beganMs !== undefined) return
    this.#beganMs = this.#clock.monotonicMs()
    setImmediate(() => this.#next())
  }

  #isSpent(): boolean {
    return this.#beganMs !== undefined && this.#clock.monotonicMs() - this.#beganMs >= TURN_MS
  }

  #next(): void {
    this.#beganMs = undefined
    for (const resume of this.#waiting) {
      if (this.#isSpent()) return
      this.#waiting.delete(resume)
      resume()
    }
  }
}
