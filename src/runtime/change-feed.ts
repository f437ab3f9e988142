import type { KubeObject } from '../object/kube-object.ts'
import type { Change, ChangeHandler } from './informer.ts'
import type { Logger } from './logger.ts'

/**
 * Tells handlers of changes: in order for each of them, even when a handler causes a change itself; one that throws is
 * logged and harms nobody else.
 */
export class ChangeFeed<T extends KubeObject> {
  readonly #log: Logger
  readonly #current: () => readonly T[]
  readonly #handlers = new Set<ChangeHandler<T>>()
  #waiting: Change<T>[] = []
  #telling = false

  /** @param current what a late handler is told of first. */
  constructor(log: Logger, current: () => readonly T[]) {
    this.#log = log
    this.#current = current
  }

  add(handler: ChangeHandler<T>): () => void {
    // A set of wrappers: the same function may be added twice, and be removed once.
    const wrapper: ChangeHandler<T> = change => this.#call(handler, change)
    for (const object of this.#current()) wrapper({ type: 'added', object, initial: true })
    this.#handlers.add(wrapper)
    return () => this.#handlers.delete(wrapper)
  }

  tell(changes: readonly Change<T>[]): void {
    for (const change of changes) this.#waiting.push(change)
    if (!this.#telling) this.#drain()
  }

  #drain(): void {
    this.#telling = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      for (const change of batch) for (const handler of this.#handlers) handler(change)
    }
    this.#telling = false
  }

  #call(handler: ChangeHandler<T>, change: Change<T>): void {
    try {
      handler(change)
    } catch (error) {
      this.#log.error('a change handler threw', { error })
    }
  }
}
