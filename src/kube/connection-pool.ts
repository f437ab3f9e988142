import type { Cancellation } from './cancellation.ts'
import type { Connection } from './connection.ts'
import { transportError } from './connection-error.ts'
import type { DialBackoff } from './dial-backoff.ts'
import { PooledConnection } from './pooled-connection.ts'
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

/** A request that waits for a connection. */
export type Waiting = Pick<Cancellation, 'error'>

/**
 * Connections to one apiserver for one purpose: grows with the requests in flight, backs off after a failed dial.
 *
 *     dialled ──▶ pooled ──takes no more requests──▶ leaving ──its last request ends──▶ gone
 */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #closing = new AbortController()
  #pooled: readonly PooledConnection[] = []
  /** Out of use, with requests in flight. */
  #leaving: readonly Connection[] = []
  #opening: Promise<Connection> | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /**
   * The least loaded connection that has room, with a place for the request, which the caller releases; a promise only when
   * none is ready. Rejects with the dial's TransportError.
   *
   * @param urgent dials although the last dial has just failed.
   * @param waiting once it has an error, no place is taken for it and nothing is dialled any more.
   */
  acquire(urgent: boolean, waiting: Waiting): PooledConnection | Promise<PooledConnection> {
    return this.#reserve(urgent) ?? this.#wait(urgent, waiting)
  }

  /** Something was answered, or a request failed without an answer: a connection counts once as failed, until it answers. */
  judge(pooled: PooledConnection, failure?: TransportError): void {
    const verdict = failure === undefined ? 'answered' : 'failed'
    if (pooled.verdict === 'answered' || pooled.verdict === verdict) return
    pooled.verdict = verdict
    if (failure === undefined) this.#options.backoff.answered()
    else this.#options.backoff.unanswered(failure)
  }

  /** Ends all connections, also those out of use, and all that is in flight on them. */
  close(error: TransportError): void {
    this.#closing.abort(error)
    for (const { connection } of this.#pooled) connection.close(error)
    for (const connection of this.#leaving) connection.close(error)
    this.#pooled = []
    this.#leaving = []
  }

  #reserve(urgent: boolean): PooledConnection | undefined {
    const best = this.#roomiest()
    if (best === undefined) return undefined
    if (best.hasRoom) return best.reserve()
    if (!this.#options.mayOverfill) return undefined
    if (this.#pooled.length < this.#options.maxConnections) this.#grow(urgent).catch(() => undefined)
    return best.reserve()
  }

  /** What was dialled may have room for some of those who wait: the others dial again, as long as their requests last. */
  async #wait(urgent: boolean, waiting: Waiting): Promise<PooledConnection> {
    while (waiting.error === undefined) {
      const opened = await this.#grow(urgent)
      if (waiting.error !== undefined) break
      const place = this.#reserve(urgent)
      if (place !== undefined) return place
      if (!opened.usable) throw this.#endOf(opened)
    }
    throw waiting.error
  }

  #roomiest(): PooledConnection | undefined {
    let best: PooledConnection | undefined
    let ended = false
    for (const pooled of this.#pooled) {
      if (!pooled.connection.usable) ended = true
      else if (best === undefined || isBetter(pooled, best)) best = pooled
    }
    if (ended) this.#retire()
    return best
  }

  #retire(): void {
    const unusable = this.#pooled.filter(({ connection }) => !connection.usable)
    this.#pooled = this.#pooled.filter(({ connection }) => connection.usable)
    // A server that answers nothing and takes no more on each connection would else be dialled for every request.
    for (const pooled of unusable) if (pooled.verdict === undefined) this.judge(pooled, this.#endOf(pooled.connection))
    const all = [...this.#leaving, ...unusable.map(({ connection }) => connection)]
    this.#leaving = all.filter(({ inFlight }) => inFlight > 0)
  }

  #grow(urgent: boolean): Promise<Connection> {
    this.#opening ??= this.#open(urgent).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #open(urgent: boolean): Promise<Connection> {
    const { backoff } = this.#options
    const { signal } = this.#closing
    if (signal.aborted) throw signal.reason
    const refusal = urgent ? undefined : backoff.refusal
    if (refusal !== undefined) throw refusal
    const connection = await this.#dial(signal)
    if (signal.aborted) {
      connection.close(signal.reason)
      throw signal.reason
    }
    if (!connection.usable) {
      // The server hung up before anybody could ask it: to dial again at once would be a loop.
      const error = this.#endOf(connection)
      backoff.unanswered(error)
      throw error
    }
    backoff.connected()
    this.#pooled = [...this.#pooled, new PooledConnection(connection)]
    return connection
  }

  async #dial(signal: AbortSignal): Promise<Connection> {
    try {
      return await this.#options.open(signal)
    } catch (error) {
      if (error instanceof TransportError) this.#options.backoff.failed(error)
      throw error
    }
  }

  #endOf(connection: Connection): TransportError {
    const { kind, message, cause } = connection.failure ?? transportError('reset', this.#options.where)
    return new TransportError(kind, message, { unprocessed: true, cause })
  }
}

/** One with room goes before one without, then the less loaded. */
function isBetter(one: PooledConnection, other: PooledConnection): boolean {
  return one.hasRoom === other.hasRoom ? one.load < other.load : one.hasRoom
}
