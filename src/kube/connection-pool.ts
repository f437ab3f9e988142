import type { Connection } from './connection.ts'
import { TransportError } from './status-error.ts'
import { jittered, type Timing } from './timing.ts'

const FIRST_BACKOFF_MS = 100
const MAX_BACKOFF_MS = 2_000

export interface PoolOptions {
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly maxConnections: number
  /** Beyond the last connection's capacity requests still go out and wait there; else they wait for a connection. */
  readonly mayOverfill: boolean
  readonly timing: Timing
}

/** Connections to one apiserver for one purpose: grows with the requests in flight, backs off after a failed dial. */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #closing = new AbortController()
  #connections: readonly Connection[] = []
  #opening: Promise<void> | undefined
  #failures = 0
  #lastFailure: { readonly error: TransportError; readonly untilMs: number } | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** The least loaded connection; a promise only when none is ready. Rejects with the dial's TransportError. */
  acquire(): Connection | Promise<Connection> {
    const best = this.#leastLoaded()
    if (best !== undefined && best.inFlight < best.capacity) return best
    const mayGrow = this.#connections.length < this.#options.maxConnections
    if (best !== undefined && this.#options.mayOverfill) {
      if (mayGrow) this.#grow().catch(() => undefined)
      return best
    }
    return this.#wait()
  }

  close(error: TransportError): void {
    this.#closing.abort(error)
    for (const connection of this.#connections) connection.close(error)
    this.#connections = []
  }

  async #wait(): Promise<Connection> {
    await this.#grow()
    return this.acquire()
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

  #grow(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(): Promise<void> {
    const { open, timing } = this.#options
    const failure = this.#lastFailure
    if (this.#closing.signal.aborted) throw this.#closing.signal.reason
    if (failure !== undefined && timing.monotonicMs() < failure.untilMs) throw again(failure.error)
    try {
      const connection = await open(this.#closing.signal)
      if (this.#closing.signal.aborted) connection.close(this.#closing.signal.reason)
      this.#failures = 0
      this.#lastFailure = undefined
      this.#connections = [...this.#connections, connection]
    } catch (error) {
      if (error instanceof TransportError) this.#backOff(error)
      throw error
    }
  }

  /** Requests until then fail at once with what went wrong: their callers have back-offs of their own. */
  #backOff(error: TransportError): void {
    const { timing } = this.#options
    const delayMs = jittered(timing, Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** this.#failures++))
    this.#lastFailure = { error, untilMs: timing.monotonicMs() + delayMs }
  }
}

function again(error: TransportError): TransportError {
  return new TransportError(error.kind, error.message, { unprocessed: true, cause: error.cause })
}
