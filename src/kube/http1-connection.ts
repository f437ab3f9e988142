import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Connection, Exchange, ResponseSink, WireRequest } from './connection.ts'
import { connectionError, transportError } from './connection-error.ts'
import type { Dial, Dialled } from './dial.ts'
import type { Endpoint } from './endpoint.ts'
import type { TransportError } from './status-error.ts'

export interface Http1Options {
  /** The connection on which the server chose HTTP/1.1: the first request uses it. */
  readonly first: Dialled
  readonly dial: Dial
  readonly endpoint: Endpoint
  readonly where: string
  readonly userAgent: string
  /** Headers of every request, besides those of the request itself. */
  readonly identity?: Readonly<Record<string, string | string[]>>
  /** Ends dialling when the client closes. */
  readonly signal: AbortSignal
  /** Sockets at once; requests beyond wait. */
  readonly maxSockets: number
}

/** Keep-alive HTTP/1.1 for servers and proxies that do not speak HTTP/2: one request a socket at a time. */
export class Http1Connection implements Connection {
  readonly #options: Http1Options
  readonly #agent: Agent
  readonly #running = new Map<ClientRequest, ResponseSink>()
  /** Ends dials of the agent. */
  readonly #ending = new AbortController()
  #usable = true

  readonly capacity = Number.POSITIVE_INFINITY
  readonly failure = undefined

  constructor(options: Http1Options) {
    this.#options = options
    const signal = AbortSignal.any([options.signal, this.#ending.signal])
    this.#agent = newAgent({ ...options, signal }, () => this.#leave())
  }

  get inFlight(): number {
    return this.#running.size
  }

  get usable(): boolean {
    return this.#usable
  }

  start(request: WireRequest, authorization: string | undefined, sink: ResponseSink): Exchange {
    const { where } = this.#options
    if (!this.#usable) throw transportError('reset', where, { unprocessed: true })
    const outgoing = this.#open(request, authorization)
    let response: IncomingMessage | undefined
    this.#running.set(outgoing, sink)
    const finish = (): boolean => this.#finish(outgoing)
    const fail = (cause?: unknown): void => {
      if (response === undefined) this.#leave()
      if (finish()) sink.onError(connectionError(where, cause ?? transportError('reset', where)))
    }
    outgoing.on('error', fail)
    outgoing.on('response', incoming => {
      response = incoming
      receive({ incoming, sink, finish, fail, running: () => this.#running.has(outgoing) })
    })
    outgoing.end(request.body)
    return {
      cancel: () => {
        if (finish()) outgoing.destroy()
      },
      pause: () => response?.pause(),
      resume: () => response?.resume(),
    }
  }

  close(error?: TransportError): void {
    this.#usable = false
    const reason = error ?? transportError('reset', this.#options.where)
    for (const [outgoing, sink] of this.#running) {
      this.#running.delete(outgoing)
      outgoing.destroy()
      sink.onError(reason)
    }
    this.#end()
  }

  #finish(outgoing: ClientRequest): boolean {
    const finished = this.#running.delete(outgoing)
    if (finished && !this.#usable) this.#leave()
    return finished
  }

  /** No further dials from here: whether and when there is another one is the pool's to decide. */
  #leave(): void {
    this.#usable = false
    if (this.#running.size === 0) this.#end()
  }

  /** The sockets that are kept for the next request as well. */
  #end(): void {
    this.#ending.abort(transportError('reset', this.#options.where, { unprocessed: true }))
    this.#agent.destroy()
    this.#options.first.socket.destroy()
  }

  #open(request: WireRequest, authorization: string | undefined): ClientRequest {
    const { endpoint, userAgent } = this.#options
    const headers: Record<string, string | string[] | number> = {
      ...this.#options.identity,
      host: endpoint.authority,
      accept: request.accept ?? 'application/json',
      'user-agent': userAgent,
    }
    if (authorization !== undefined) headers['authorization'] = authorization
    if (request.ifNoneMatch !== undefined) headers['if-none-match'] = request.ifNoneMatch
    if (request.contentType !== undefined) headers['content-type'] = request.contentType
    if (request.body !== undefined) headers['content-length'] = Buffer.byteLength(request.body)
    const { method, path } = request
    return httpRequest({ host: endpoint.host, port: endpoint.port, method, path, headers, agent: this.#agent })
  }
}

interface Receiving {
  readonly incoming: IncomingMessage
  readonly sink: ResponseSink
  readonly finish: () => boolean
  readonly fail: (cause?: unknown) => void
  readonly running: () => boolean
}

function receive({ incoming, sink, finish, fail, running }: Receiving): void {
  sink.onHead({
    statusCode: incoming.statusCode ?? 0,
    contentType: incoming.headers['content-type'] ?? '',
    retryAfter: incoming.headers['retry-after'],
    etag: incoming.headers['etag'],
    date: incoming.headers.date,
  })
  incoming.on('data', (chunk: Buffer) => {
    if (running()) sink.onData(chunk)
  })
  incoming.on('end', () => {
    if (incoming.complete && finish()) sink.onEnd()
  })
  incoming.on('error', fail)
  incoming.on('close', () => fail())
}

/** An agent over our own dialler (TLS, proxy), so that both protocols connect alike. */
function newAgent(options: Http1Options, onDialFailed: () => void): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxSockets })
  let first: Dialled | undefined = options.first
  agent.createConnection = (_request, done) => {
    const dialled = first
    first = undefined
    if (dialled !== undefined) {
      if (!dialled.socket.destroyed) return dialled.socket
      onDialFailed()
      // The callback's type asks for a stream beside the error; none exists.
      done?.(transportError('reset', options.where, { unprocessed: true }), undefined as unknown as Duplex)
      return undefined
    }
    options.dial(options.signal).then(
      ({ socket }) => done?.(null, socket),
      (cause: Error) => {
        onDialFailed()
        // The callback's type asks for a stream beside the error; none exists.
        done?.(cause, undefined as unknown as Duplex)
      },
    )
    return undefined
  }
  return agent
}
