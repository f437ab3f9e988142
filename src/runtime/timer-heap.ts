/** Something due at a time. */
export interface Due {
  readonly dueMs: number
}

/** A binary heap: the earliest first. */
export class TimerHeap<T extends Due> {
  readonly #entries: T[] = []

  get size(): number {
    return this.#entries.length
  }

  first(): T | undefined {
    return this.#entries[0]
  }

  push(entry: T): void {
    const entries = this.#entries
    let at = entries.length
    entries.push(entry)
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = entries[above]
      if (parent === undefined || parent.dueMs <= entry.dueMs) break
      entries[at] = parent
      at = above
    }
    entries[at] = entry
  }

  pop(): T | undefined {
    const first = this.#entries[0]
    const last = this.#entries.pop()
    if (last !== undefined && this.#entries.length > 0) this.#sink(last)
    return first
  }

  /** Puts `entry` at the top and lets it sink to its place. */
  #sink(entry: T): void {
    const entries = this.#entries
    let at = 0
    for (;;) {
      const below = this.#earlierChild(at)
      const child = entries[below]
      if (child === undefined || child.dueMs >= entry.dueMs) break
      entries[at] = child
      at = below
    }
    entries[at] = entry
  }

  #earlierChild(at: number): number {
    const left = this.#entries[2 * at + 1]
    const right = this.#entries[2 * at + 2]
    return left !== undefined && right !== undefined && right.dueMs < left.dueMs ? 2 * at + 2 : 2 * at + 1
  }
}
