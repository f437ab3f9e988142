import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Connection, Exchange, ResponseSink, WireRequest } from './connection.ts'
import { connectionError, transportError } from './connection-error.ts'
import type { Endpoint } from './endpoint.ts'
import { watchSilence } from './keepalive.ts'
import type { ResolvedLimits } from './server-config.ts'
import { TransportError } from './status-error.ts'
import type { Timing } from './timing.ts'

const WINDOW_BYTES = 4 * 1024 * 1024

export interface Http2Options {
  readonly socket: TLSSocket
  readonly endpoint: Endpoint
  /** For messages. */
  readonly where: string
  readonly userAgent: string
  /** Headers of every request, besides those of the request itself. */
  readonly identity?: Readonly<Record<string, string | string[]>>
  readonly limits: ResolvedLimits
  readonly timing: Timing
}

/** One HTTP/2 session: many requests at once over one TLS connection. Ends by itself when the peer falls silent. */
export class Http2Connection implements Connection {
  readonly #options: Http2Options
  readonly #session: ClientHttp2Session
  readonly #stopKeepalive: () => void
  /** Headers of every request. */
  readonly #always: readonly string[]
  #maxStreams: number
  #inFlight = 0
  #leaving = false
  #closeError: TransportError | undefined

  constructor(options: Http2Options) {
    this.#options = options
    this.#maxStreams = options.limits.maxStreamsPerSession
    this.#always = headersOfAll(options)
    this.#session = openSession(options)
    this.#session.on('error', cause => this.#leave(connectionError(options.where, cause)))
    this.#session.on('goaway', () => this.#leave())
    this.#session.on('close', () => this.#leave())
    this.#session.on('remoteSettings', settings => this.#allow(settings.maxConcurrentStreams ?? 100))
    this.#stopKeepalive = watchSilence({
      intervalMs: options.limits.pingIntervalMs,
      timeoutMs: options.limits.pingTimeoutMs,
      timing: options.timing,
      bytesReceived: () => options.socket.bytesRead,
      ping: answered => this.#ping(answered),
      onSilent: () => this.close(transportError('timeout', options.where, { detail: 'the connection fell silent' })),
    })
  }

  get inFlight(): number {
    return this.#inFlight
  }

  get capacity(): number {
    return this.#maxStreams
  }

  get usable(): boolean {
    return !(this.#leaving || this.#session.closed || this.#session.destroyed)
  }

  get failure(): TransportError | undefined {
    return this.#closeError
  }

  /** Resolves when the server has said how many requests it takes at once, or the connection has ended. */
  greeted(): Promise<void> {
    return new Promise(resolve => {
      this.#session.once('remoteSettings', () => resolve()).once('close', resolve)
    })
  }

  start(request: WireRequest, authorization: string | undefined, sink: ResponseSink): Exchange {
    const stream = this.#open(request, authorization)
    this.#inFlight++
    const fail = (cause?: unknown): void => {
      if (!finish()) return
      const unprocessed = stream.pending || stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
      sink.onError(this.#failure(cause, unprocessed))
    }
    let finished = false
    const finish = (): boolean => {
      if (finished) return false
      finished = true
      // Not when the stream closes: one that waits for the server to allow it never does.
      this.#inFlight--
      if (this.#leaving && this.#inFlight === 0) this.close()
      return true
    }
    stream.on('response', headers => {
      sink.onHead({
        statusCode: headers[':status'] ?? 0,
        contentType: headers['content-type'] ?? '',
        retryAfter: headers['retry-after'],
        etag: headers['etag'],
        date: headers['date'],
      })
    })
    stream.on('data', (chunk: Buffer) => {
      if (!finished) sink.onData(chunk)
    })
    stream.on('end', () => {
      if (this.#isWhole(stream) && finish()) sink.onEnd()
    })
    stream.on('error', fail)
    stream.on('close', () => fail())
    if (request.body !== undefined) stream.end(request.body)
    return {
      cancel: () => {
        if (finish()) stream.close(constants.NGHTTP2_CANCEL)
      },
      pause: () => stream.pause(),
      resume: () => stream.resume(),
    }
  }

  close(error?: TransportError): void {
    this.#closeError ??= error
    this.#leaving = true
    this.#stopKeepalive()
    // With a code: streams that are cut off would otherwise look as if they had come to their end.
    this.#session.destroy(undefined, constants.NGHTTP2_CANCEL)
    this.#options.socket.destroy()
  }

  #allow(streams: number): void {
    // Some of the server's streams stay free: a session at its very limit makes requests wait inside the library.
    this.#maxStreams = Math.min(this.#options.limits.maxStreamsPerSession, streams)
    if (streams > 0) return
    const detail = 'it takes no requests (SETTINGS_MAX_CONCURRENT_STREAMS is 0)'
    if (this.#inFlight === 0) this.close(transportError('other', this.#options.where, { detail }))
    else this.#leave()
  }

  /** A stream also "ends" when its session is destroyed or it is reset: only the server's own end counts. */
  #isWhole(stream: ClientHttp2Stream): boolean {
    return !this.#session.destroyed && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR
  }

  /** Names and values in turn: an object would be taken apart and checked for every request. */
  #open(request: WireRequest, authorization: string | undefined): ClientHttp2Stream {
    const headers = [':method', request.method, ':path', request.path, ...this.#always]
    headers.push('accept', request.accept ?? 'application/json')
    if (authorization !== undefined) headers.push('authorization', authorization)
    if (request.ifNoneMatch !== undefined) headers.push('if-none-match', request.ifNoneMatch)
    if (request.contentType !== undefined) headers.push('content-type', request.contentType)
    try {
      return this.#session.request(headers, { endStream: request.body === undefined })
    } catch (cause) {
      this.#leave()
      throw connectionError(this.#options.where, cause, { unprocessed: true })
    }
  }

  #failure(cause: unknown, unprocessed: boolean): TransportError {
    const { where } = this.#options
    const known = this.#closeError
    if (known !== undefined) return new TransportError(known.kind, known.message, { unprocessed, cause: known.cause })
    return cause === undefined
      ? transportError('reset', where, { unprocessed })
      : connectionError(where, cause, { unprocessed })
  }

  /** No new requests; those in flight may end. Watches may last for long: whether it still lives is asked as before. */
  #leave(error?: TransportError): void {
    this.#closeError ??= error
    this.#leaving = true
    if (this.#inFlight === 0) this.close()
  }

  #ping(answered: () => void): void {
    if (this.#session.destroyed) return
    this.#session.ping(error => {
      if (error === null) answered()
    })
  }
}

function headersOfAll({ userAgent, identity = {} }: Http2Options): readonly string[] {
  const identities = Object.entries(identity).flatMap(([name, values]) =>
    [values].flat().flatMap(value => [name, value]),
  )
  return ['user-agent', userAgent, ...identities]
}

function openSession(options: Http2Options): ClientHttp2Session {
  const session = connect(`https://${options.endpoint.authority}`, {
    createConnection: () => options.socket,
    settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    // Counts what we queue for sending as well: the default of 10 MB refuses streams in a burst of large objects.
    maxSessionMemory: 256,
  })
  session.setLocalWindowSize(4 * WINDOW_BYTES)
  return session
}
