import type { Connection } from './connection.ts'

/** A connection with the requests that are about to start on it: between a promise and its start others ask for a place, too. */
export class PooledConnection {
  readonly connection: Connection
  /** Whether it answered something, or failed before it did. */
  verdict: 'answered' | 'failed' | undefined
  #reserved = 0

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** Requests on it, and those that will be. */
  get load(): number {
    return this.connection.inFlight + this.#reserved
  }

  get hasRoom(): boolean {
    return this.load < this.connection.capacity
  }

  /** Keeps a place for a request. */
  reserve(): this {
    this.#reserved++
    return this
  }

  /** The request starts there and then, and counts by itself; or it will not. */
  release(): void {
    this.#reserved--
  }
}
