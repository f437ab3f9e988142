/** Writes side by side that keep an apiserver busy: with more of them each only takes longer. */
const SEATS = 64
/** What can wait goes on all the same, however much there is that cannot. */
const LEAST = 8

/**
 * The order of the writes to one apiserver when there are more than it can do at once. What moves objects (bindings, Works, what is
 * written in members) goes as it comes; what tells of it (statuses, finalizers of what is gone) takes a seat first, and while the
 * others fill them there are few: members have what users want before the host says so.
 */
export class WriteSeats {
  /** Writes of those that take no seat. */
  #others = 0
  #taken = 0
  readonly #waiting = new Set<() => void>()

  /** A write begins that has no seat. @returns to be called when it has ended. */
  begin(): () => void {
    this.#others++
    return () => {
      this.#others--
      this.#admit()
    }
  }

  /**
   * Waits for a seat, in the order of asking.
   *
   * @param hurried given what ends the wait at once, because somebody waits for this very write
   * @returns gives the seat back; to be called once.
   */
  async take(hurried?: (hurry: () => void) => void): Promise<() => void> {
    if (!this.#isFree()) {
      await new Promise<void>(resolve => {
        const admit = (): void => {
          if (!this.#waiting.delete(admit)) return
          this.#taken++
          resolve()
        }
        this.#waiting.add(admit)
        hurried?.(admit)
      })
    } else this.#taken++
    return () => {
      this.#taken--
      this.#admit()
    }
  }

  #isFree(): boolean {
    return this.#taken < Math.max(LEAST, SEATS - this.#others)
  }

  #admit(): void {
    for (const admit of this.#waiting) {
      if (!this.#isFree()) return
      admit()
    }
  }
}
