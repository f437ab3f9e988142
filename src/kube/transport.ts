import { Cancellation } from './cancellation.ts'
import type { ResponseHead, WireRequest } from './connection.ts'
import { transportError } from './connection-error.ts'
import { ConnectionPool } from './connection-pool.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { DialBackoff } from './dial-backoff.ts'
import { type DialProgress, newDialProgress } from './dial-progress.ts'
import { parseEndpoint } from './endpoint.ts'
import { newOpener } from './open-connection.ts'
import type { PooledConnection } from './pooled-connection.ts'
import { newRateLimit, pause, type RateLimit } from './rate-limit.ts'
import { type Attempt, receiveAll, receiveStream, type WireResponse, type WireStream } from './receive.ts'
import { mayResend, retryDelayMs } from './retry.ts'
import type { ResolvedLimits, ServerConfig } from './server-config.ts'
import { SignalFollowers } from './signal-followers.ts'
import { isAborted, isTransportError } from './status-error.ts'
import type { Timing } from './timing.ts'
import { type Credentials, newCredentials } from './token.ts'

const HTTP1_SOCKETS = 32
const release = (place: PooledConnection): void => place.release()

export interface SendOptions {
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  /** Largest answer. */
  readonly maxBytes?: number | undefined
  /** Dials even when the last dial has just failed: for the one who finds out whether the server is back. */
  readonly urgent?: boolean | undefined
}

export interface TransportOptions {
  readonly config: ServerConfig
  readonly limits: ResolvedLimits
  readonly timing: Timing
  readonly userAgent: string
}

/** What a try needs besides its connection. */
interface Sending<T extends ResponseHead> {
  readonly pool: ConnectionPool
  readonly request: WireRequest
  readonly cancellation: Cancellation
  readonly deadlineMs: number
  readonly urgent: boolean
  readonly receive: (attempt: Attempt) => Promise<T>
  readonly discard: (response: T) => void
}

/** What was tried already for one request. */
interface Tries {
  resent: number
  waited: number
  reauthorized: boolean
}

/**
 * Bytes to and from one apiserver: connections (of their own for watches, so that neither starves the other),
 * credentials, limits, and the retries that are safe whatever a request means.
 */
export class Transport {
  /** Name and address, for messages. */
  readonly where: string
  readonly #options: TransportOptions
  readonly #credentials: Credentials
  readonly #deadlines: Deadlines
  readonly #followers = new SignalFollowers()
  readonly #rateLimit: RateLimit | undefined
  readonly #progress: DialProgress = newDialProgress()
  readonly #requests: ConnectionPool
  readonly #streams: ConnectionPool
  readonly #pathPrefix: string

  /** @throws TransportError when the server's address is none. */
  constructor(options: TransportOptions) {
    const { config, limits, timing } = options
    const endpoint = parseEndpoint(config)
    this.where = `${config.name} (${endpoint.authority})`
    this.#options = options
    this.#pathPrefix = endpoint.pathPrefix
    this.#credentials = newCredentials(config, timing)
    this.#deadlines = new Deadlines(timing)
    this.#rateLimit =
      limits.qps === undefined ? undefined : newRateLimit(limits.qps, limits.burst ?? limits.qps, timing)
    const backoff = new DialBackoff(timing, limits.maxDialBackoffMs)
    const opening = { ...options, endpoint, where: this.where, progress: this.#progress }
    const open = newOpener(opening, HTTP1_SOCKETS)
    this.#requests = new ConnectionPool({
      open,
      maxConnections: limits.maxSessions,
      mayOverfill: true,
      backoff,
      where: this.where,
    })
    this.#streams = new ConnectionPool({
      open: newOpener(opening, Number.POSITIVE_INFINITY),
      maxConnections: Number.POSITIVE_INFINITY,
      mayOverfill: false,
      backoff,
      where: this.where,
    })
  }

  /**
   * Sends a request and reads its whole answer, whatever its status code (redirects aside).
   *
   * @throws TransportError
   */
  exchange(request: WireRequest, options: SendOptions = {}): Promise<WireResponse> {
    const maxBytes = options.maxBytes ?? this.#options.limits.maxResponseBytes
    return this.#send(request, options, {
      pool: this.#requests,
      receive: attempt => receiveAll(attempt, maxBytes),
      discard: () => undefined,
    })
  }

  /**
   * Sends a request and gives its body as it comes. `timeoutMs` limits the wait for the head, `lifetimeMs` the whole.
   *
   * @throws TransportError
   */
  async open(request: WireRequest, options: SendOptions & { readonly lifetimeMs?: number } = {}): Promise<WireStream> {
    const cancellation = new Cancellation()
    const release = this.#followSignal(options.signal, cancellation)
    let lifetime: Deadline | undefined
    const end = (): void => {
      release()
      if (lifetime !== undefined) this.#deadlines.remove(lifetime)
    }
    try {
      const stream = await this.#within(options.timeoutMs, cancellation, deadlineMs =>
        this.#withRetries({
          pool: this.#streams,
          request: this.#prefixed(request),
          cancellation,
          deadlineMs,
          urgent: false,
          receive: receiveStream,
          discard: discarded => discarded.close(),
        }),
      )
      if (options.lifetimeMs !== undefined) lifetime = this.#expireAfter(options.lifetimeMs, cancellation)
      return {
        ...stream,
        close: () => {
          end()
          stream.close()
        },
      }
    } catch (error) {
      end()
      throw error
    }
  }

  /** Ends all connections; requests in flight reject as aborted. */
  close(): void {
    const error = transportError('aborted', this.where, { detail: 'the client was closed' })
    this.#deadlines.close(error)
    this.#requests.close(error)
    this.#streams.close(error)
  }

  async #send<T extends ResponseHead>(
    request: WireRequest,
    options: SendOptions,
    how: Pick<Sending<T>, 'pool' | 'receive' | 'discard'>,
  ): Promise<T> {
    const cancellation = new Cancellation()
    const release = this.#followSignal(options.signal, cancellation)
    try {
      const waitMs = this.#rateLimit?.takeMs()
      if (waitMs !== undefined) await pause(this.#options.timing, waitMs, cancellation)
      return await this.#within(options.timeoutMs, cancellation, deadlineMs =>
        this.#withRetries({
          ...how,
          request: this.#prefixed(request),
          cancellation,
          deadlineMs,
          urgent: options.urgent ?? false,
        }),
      )
    } finally {
      release()
    }
  }

  async #within<T>(
    timeoutMs: number | undefined,
    cancellation: Cancellation,
    run: (deadlineMs: number) => Promise<T>,
  ): Promise<T> {
    const deadline = this.#expireAfter(timeoutMs ?? this.#options.limits.timeoutMs, cancellation)
    try {
      return await run(deadline.atMs)
    } finally {
      this.#deadlines.remove(deadline)
    }
  }

  async #withRetries<T extends ResponseHead>(sending: Sending<T>): Promise<T> {
    const tries: Tries = { resent: 0, waited: 0, reauthorized: false }
    while (true) {
      const attempt = await this.#attempt(sending, sending.urgent && tries.resent === 0)
      const { response } = attempt
      if (response === undefined) {
        if (!mayResend(attempt.error, { method: sending.request.method, resent: tries.resent++ })) throw attempt.error
        continue
      }
      const delayMs = await this.#retryAfterMs(response, { ...sending, tries, authorization: attempt.authorization })
      if (delayMs === undefined) return this.#accepted(response, sending.discard)
      sending.discard(response)
      if (delayMs > 0) await pause(this.#options.timing, delayMs, sending.cancellation)
    }
  }

  /** How long until the request is sent again because of this answer; undefined when the answer stands. */
  async #retryAfterMs(
    head: ResponseHead,
    sent: Pick<Sending<never>, 'deadlineMs'> & {
      readonly tries: Tries
      readonly authorization: string | undefined
    },
  ): Promise<number | undefined> {
    const { tries } = sent
    if (head.statusCode < 400) return undefined
    if (head.statusCode === 401 && !tries.reauthorized) {
      tries.reauthorized = true
      return (await this.#credentials.refused(sent.authorization)) ? 0 : undefined
    }
    const delayMs = retryDelayMs(head)
    if (delayMs === undefined || tries.waited++ >= this.#options.limits.maxRetries) return undefined
    return this.#options.timing.monotonicMs() + delayMs < sent.deadlineMs ? delayMs : undefined
  }

  async #attempt<T extends ResponseHead>(
    sending: Sending<T>,
    urgent: boolean,
  ): Promise<{ readonly response?: T; readonly authorization?: string | undefined; readonly error?: unknown }> {
    const { pool, request, cancellation, receive } = sending
    let place: PooledConnection | undefined
    try {
      cancellation.waitsFor = 'connection'
      const authorization = await this.#ready(this.#credentials.authorization(), cancellation)
      place = await this.#ready(pool.acquire(urgent, cancellation), cancellation, release)
      place.release()
      cancellation.waitsFor = 'answer'
      if (cancellation.error !== undefined) throw cancellation.error
      const { connection } = place
      const response = await receive({ connection, request, authorization, cancellation, where: this.where })
      pool.judge(place)
      return { response, authorization }
    } catch (error) {
      if (place !== undefined && isTransportError(error) && !isAborted(error)) pool.judge(place, error)
      return { error }
    }
  }

  /** Waits only for what is not there yet: a promise less for every request on an open connection. */
  #ready<T>(value: T | Promise<T>, cancellation: Cancellation, tooLate?: (value: T) => void): T | Promise<T> {
    return value instanceof Promise ? cancellation.race(value, tooLate) : value
  }

  #accepted<T extends ResponseHead>(response: T, discard: (response: T) => void): T {
    if (response.statusCode < 300 || response.statusCode >= 400 || response.statusCode === 304) return response
    discard(response)
    throw transportError('redirect', this.where, { detail: `status ${response.statusCode}` })
  }

  #prefixed(request: WireRequest): WireRequest {
    return this.#pathPrefix === '' ? request : { ...request, path: `${this.#pathPrefix}${request.path}` }
  }

  #expireAfter(afterMs: number, cancellation: Cancellation): Deadline {
    return this.#deadlines.add(afterMs, cancellation, () =>
      cancellation.waitsFor === 'answer'
        ? transportError('timeout', this.where, { detail: `${afterMs} ms` })
        : this.#progress.timeoutOf(this.where),
    )
  }

  #followSignal(signal: AbortSignal | undefined, cancellation: Cancellation): () => void {
    return this.#followers.add(signal, () => cancellation.cancel(transportError('aborted', this.where)))
  }
}
