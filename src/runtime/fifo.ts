const COMPACT_FROM = 1024

/** First in, first out, in constant time (`Array.shift` is not). */
export class Fifo<T> {
  #entries: T[] = []
  #head = 0

  get size(): number {
    return this.#entries.length - this.#head
  }

  push(entry: T): void {
    this.#entries.push(entry)
  }

  shift(): T | undefined {
    const entry = this.#entries[this.#head]
    if (this.#head < this.#entries.length) this.#head++
    if (this.#head >= COMPACT_FROM && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return entry
  }
}
