import { afterThisTurn } from './timing.ts'

/** Writes side by side that keep an apiserver busy: with more of them each only takes longer. */
const SEATS = 64
/** What can wait goes on all the same, however much there is that cannot. */
const LEAST = 8
/** Who waits is kept in memory, some kilobytes each. */
const MOST_IN_LINE = 5000
/** Those that somebody waits for go beside all others, but not by the thousand: a Lease is renewed by the same way. */
const HURRIED_BELOW = 256

export interface SeatRequest {
  /** Called at once where it has to wait: given what ends the wait, because somebody waits for this very write. */
  readonly parked?: (hurry: () => void) => void
  /** Something else can go on when this is written: it goes before those of which nobody waits. Default false. */
  readonly isAwaited?: boolean
}

/**
 * The order of the writes to one apiserver when there are more than it can do at once. What moves objects (bindings, Works, what is
 * written in members) goes as it comes; what tells of it (the first status of what was written, finalizers of what is gone, events) takes a seat first, and
 * while the others fill them there are few: members have what users want before the host says so.
 */
export class WriteSeats {
  /** Writes of those that take no seat. */
  #others = 0
  #taken = 0
  readonly #hurried = new Set<() => void>()
  readonly #lines = { awaited: new Set<() => void>(), others: new Set<() => void>() } as const
  #admitting = false

  /** A write begins that has no seat. @returns to be called when it has ended. */
  begin(): () => void {
    this.#others++
    return () => {
      this.#others--
      this.#admitSoon()
    }
  }

  /** Waits for a seat, in the order of asking. @returns gives the seat back; to be called once. */
  async take({ parked, isAwaited = false }: SeatRequest = {}): Promise<() => void> {
    if (this.#inLine === 0 && this.#isFree()) return this.#seated()
    // Then as many go as there are workers: a line without an end would hold them all.
    if (this.#inLine >= MOST_IN_LINE) return this.begin()
    return new Promise(resolve => {
      const line = isAwaited ? this.#lines.awaited : this.#lines.others
      const admit = (): void => resolve(this.#seated())
      line.add(admit)
      parked?.(() => {
        if (!line.delete(admit)) return
        // Those in line still get the seats that there are.
        this.#hurried.add(() => resolve(this.begin()))
        this.#admitHurried()
      })
    })
  }

  get #inLine(): number {
    return this.#hurried.size + this.#lines.awaited.size + this.#lines.others.size
  }

  #seated(): () => void {
    this.#taken++
    return () => {
      this.#taken--
      this.#admitSoon()
    }
  }

  #isFree(): boolean {
    return this.#taken < Math.max(LEAST, SEATS - this.#others)
  }

  /** Not there and then: those who find nothing left to write would follow each other without an end of the turn. */
  #admitSoon(): void {
    if (this.#admitting || this.#inLine === 0) return
    this.#admitting = true
    afterThisTurn(() => {
      this.#admitting = false
      this.#admitHurried()
      for (const line of [this.#lines.awaited, this.#lines.others]) this.#admit(line)
    })
  }

  #admitHurried(): void {
    for (const admit of this.#hurried) {
      if (this.#others >= HURRIED_BELOW) return
      this.#hurried.delete(admit)
      admit()
    }
  }

  #admit(line: Set<() => void>): void {
    for (const admit of line) {
      if (!this.#isFree()) return
      line.delete(admit)
      admit()
    }
  }
}
