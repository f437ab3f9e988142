/** What ends when a signal aborts. */
interface Group {
  readonly cancels: Set<() => void>
  readonly leave: () => void
}

/**
 * Ends requests when their signal aborts: with one listener for each signal, however many requests follow it. A queue's signal
 * has dozens of them at any time, and a listener for each costs more than the rest of a request's bookkeeping.
 */
export class SignalFollowers {
  readonly #groups = new WeakMap<AbortSignal, Group>()

  /** Calls `cancel` when the signal aborts, at once when it has. @returns no longer. */
  add(signal: AbortSignal | undefined, cancel: () => void): () => void {
    if (signal === undefined) return () => undefined
    if (signal.aborted) {
      cancel()
      return () => undefined
    }
    const { cancels, leave } = this.#groups.get(signal) ?? this.#listen(signal)
    cancels.add(cancel)
    return () => {
      if (cancels.delete(cancel) && cancels.size === 0) leave()
    }
  }

  #listen(signal: AbortSignal): Group {
    const cancels = new Set<() => void>()
    const onAbort = (): void => {
      for (const cancel of cancels) cancel()
    }
    const leave = (): void => {
      signal.removeEventListener('abort', onAbort)
      this.#groups.delete(signal)
    }
    const group = { cancels, leave }
    signal.addEventListener('abort', onAbort, { once: true })
    this.#groups.set(signal, group)
    return group
  }
}
