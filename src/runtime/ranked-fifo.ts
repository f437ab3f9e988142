import { Fifo } from './fifo.ts'

/** The highest rank first; first in, first out among equals. Meant for few different ranks. */
export class RankedFifo<T> {
  readonly #fifos = new Map<number, Fifo<T>>()
  /** Those with entries, the highest first. */
  #ranks: number[] = []

  push(entry: T, rank: number): void {
    const fifo = this.#fifos.get(rank) ?? this.#open(rank)
    fifo.push(entry)
  }

  shift(): T | undefined {
    const [rank] = this.#ranks
    const fifo = rank === undefined ? undefined : this.#fifos.get(rank)
    if (rank === undefined || fifo === undefined) return undefined
    const entry = fifo.shift()
    if (fifo.size === 0) this.#close(rank)
    return entry
  }

  #open(rank: number): Fifo<T> {
    const fifo = new Fifo<T>()
    this.#fifos.set(rank, fifo)
    this.#ranks = [...this.#ranks, rank].sort((a, b) => b - a)
    return fifo
  }

  #close(rank: number): void {
    this.#fifos.delete(rank)
    this.#ranks = this.#ranks.filter(other => other !== rank)
  }
}
