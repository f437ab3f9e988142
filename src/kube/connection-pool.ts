import type { Connection } from './connection.ts'
import { transportError } from './connection-error.ts'
import type { DialBackoff } from './dial-backoff.ts'
import { TransportError } from './status-error.ts'

export interface PoolOptions {
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly maxConnections: number
  /** Beyond the last connection's capacity requests still go out and wait there; else they wait for a connection. */
  readonly mayOverfill: boolean
  /** Shared by all pools of one apiserver. */
  readonly backoff: DialBackoff
  /** For messages. */
  readonly where: string
}

/** Connections to one apiserver for one purpose: grows with the requests in flight, backs off after a failed dial. */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #closing = new AbortController()
  #connections: readonly Connection[] = []
  #opening: Promise<Connection> | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /**
   * The least loaded connection; a promise only when none is ready. Rejects with the dial's TransportError.
   *
   * @param urgent dials although the last dial has just failed.
   */
  acquire(urgent = false): Connection | Promise<Connection> {
    const best = this.#leastLoaded()
    if (best !== undefined && best.inFlight < best.capacity) return best
    const mayGrow = this.#connections.length < this.#options.maxConnections
    if (best !== undefined && this.#options.mayOverfill) {
      if (mayGrow) this.#grow(urgent).catch(() => undefined)
      return best
    }
    return this.#wait(urgent)
  }

  close(error: TransportError): void {
    this.#closing.abort(error)
    for (const connection of this.#connections) connection.close(error)
    this.#connections = []
  }

  async #wait(urgent: boolean): Promise<Connection> {
    const opened = await this.#grow(urgent)
    if (opened.usable || this.#leastLoaded() !== undefined) return this.acquire()
    // The server hung up before anybody could ask it: to dial again at once would be a loop.
    const { backoff, where } = this.#options
    const error = unprocessed(opened.failure ?? transportError('reset', where))
    backoff.unanswered(error)
    throw error
  }

  #leastLoaded(): Connection | undefined {
    let best: Connection | undefined
    let ended = false
    for (const connection of this.#connections) {
      if (!connection.usable) ended = true
      else if (best === undefined || connection.inFlight < best.inFlight) best = connection
    }
    if (ended) this.#connections = this.#connections.filter(connection => connection.usable)
    return best
  }

  #grow(urgent: boolean): Promise<Connection> {
    this.#opening ??= this.#open(urgent).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(urgent: boolean): Promise<Connection> {
    const { open, backoff } = this.#options
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
    const refusal = urgent ? undefined : backoff.refusal
    if (refusal !== undefined) throw refusal
    try {
      const connection = await open(this.#closing.signal)
      if (this.#closing.signal.aborted) connection.close(this.#closing.signal.reason)
      backoff.connected()
      this.#connections = [...this.#connections, connection]
      return connection
    } catch (error) {
      if (error instanceof TransportError) backoff.failed(error)
      throw error
    }
  }
}

function unprocessed({ kind, message, cause }: TransportError): TransportError {
  return new TransportError(kind, message, { unprocessed: true, cause })
}
