import type { Clock } from './clock.ts'

/** How long queues take keys before what came from the network meanwhile is heard, in milliseconds: thousands of keys stand after a start. */
const TURN_MS = 5
/** While others wait, the first in each eleventh turn is one of them, as in a queue (workqueue.ts). */
const URGENT_IN_A_ROW = 10

/**
 * What all queues of a process may take in one turn of its event loop, together: a dozen queues that each had their own would keep it
 * for a dozen times as long. Who had to stop goes on in a later turn, in the order of stopping, those with something urgent first: after a
 * start a dozen queues have thousands of keys that stand, and something new passes through one queue after the other.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  /** Undefined when nothing was taken in this turn yet. */
  #beganMs: number | undefined
  readonly #urgent = new Set<() => void>()
  readonly #others = new Set<() => void>()
  /** Turns in a row in which those that are urgent went first while others waited. */
  #urgentInARow = 0

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock
  }

  /** @returns true when nothing more is to be taken now; `resume` is called in a later turn then. */
  isOver(resume: () => void, isUrgent: boolean): boolean {
    if (!this.#isSpent()) return false
    if (!isUrgent && !this.#urgent.has(resume)) this.#others.add(resume)
    else if (!this.#urgent.has(resume)) {
      this.#others.delete(resume)
      this.#urgent.add(resume)
    }
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
    const areOthersDue = this.#urgentInARow >= URGENT_IN_A_ROW
    const isUrgentFirst = this.#urgent.size > 0 && this.#others.size > 0 && !areOthersDue
    this.#urgentInARow = isUrgentFirst ? this.#urgentInARow + 1 : 0
    for (const waiting of areOthersDue ? [this.#others, this.#urgent] : [this.#urgent, this.#others]) {
      for (const resume of waiting) {
        if (this.#isSpent()) return
        waiting.delete(resume)
        resume()
      }
    }
  }
}
