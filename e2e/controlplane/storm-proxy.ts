import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from './rest.ts'

/** Shares of requests to which something happens, from 0 to 1. */
export interface Weather {
  /** Answered instead of being passed on. */
  readonly refused: number
  /** By which answers, of 409 (to writes only), 429, 500 and 503; default all. */
  readonly refusals?: readonly number[]
  /** Passed on, done, and the answer never comes: the stream is reset. Of a watch that stands: the event does not come. */
  readonly lost: number
  /** The answer breaks off in the middle of an object, or of a character; a watch that stands does so at its next event. */
  readonly cut: number
  /** The same, but orderly, as if that were all. */
  readonly truncated: number
  /** Passed on late, by up to `lateMs`. */
  readonly late: number
  readonly lateMs: number
}

export const CALM: Weather = { refused: 0, lost: 0, cut: 0, truncated: 0, late: 0, lateMs: 0 }

/** What stands between a client and an apiserver, knows requests, and treats some of them badly. */
export interface StormProxy {
  readonly endpoint: Endpoint
  /** Watches that stood when the weather turned, and were broken by what came. */
  readonly brokenWatches: number
  /** From now on, for requests that come, and for each event of watches that stand. */
  become(weather: Weather): void
  stop(): Promise<void>
}

/** Of connections to the apiserver, in milliseconds. */
export interface TargetLimits {
  readonly opensWithinMs: number
  readonly pingEveryMs: number
  /** A ping. */
  readonly answersWithinMs: number
}

interface Refusal {
  readonly code: number
  readonly reason: string
}

const REFUSALS: readonly Refusal[] = [
  { code: 409, reason: 'Conflict' },
  { code: 429, reason: 'TooManyRequests' },
  { code: 500, reason: 'InternalError' },
  { code: 503, reason: 'ServiceUnavailable' },
]
const RETRY_AFTER = { 'retry-after': '1' }
const WRITES: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE']
/** Of one connection only: HTTP/2 refuses them in a request. */
const HOP_HEADERS: readonly string[] = ['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']
/** Of connections to the target. Longer than an apiserver that is stopped on purpose stays so. */
const TARGET_LIMITS = { opensWithinMs: 9_000, pingEveryMs: 2_000, answersWithinMs: 8_000 } as const
/** An answer that is cut has come so far. */
const CUT_AFTER_BYTES = 300

/**
 * Starts a proxy that passes on what it can.
 *
 * @param chance from 0 up to 1: decides what happens to a request.
 * @param limits when a connection to the target is given up, and the next request has another: it does not open, it answers no ping.
 */
export async function startStormProxy(
  target: Endpoint,
  chance: () => number,
  limits: TargetLimits = TARGET_LIMITS,
): Promise<StormProxy> {
  const authority = newCertificateAuthority('storm-proxy-ca')
  const storm = new Storm(target, chance, limits)
  const server = createSecureServer(
    { ...newCertificate({ name: 'storm-proxy', issuer: authority }), allowHTTP1: true },
    (request, response) => storm.pass(request, response),
  )
  server.on('error', () => undefined).on('sessionError', () => undefined)
  const open = new Set<{ destroy(): void }>()
  const track = (one: Socket | ServerHttp2Session): void => {
    open.add(one)
    one.on('close', () => open.delete(one))
  }
  // Connections too: Node forgets to close that of a session which ends in the middle of a write.
  server.on('session', track).on('connection', track)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  // Listening on a port: it has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    endpoint: { ...target, url: `https://127.0.0.1:${port}`, ca: authority.cert },
    get brokenWatches() {
      return storm.brokenWatches
    },
    become: weather => {
      storm.weather = weather
    },
    stop: async () => {
      for (const one of open) one.destroy()
      storm.close()
      await new Promise<void>(resolve => void server.close(() => resolve()))
    },
  }
}

class Storm {
  weather: Weather = CALM
  brokenWatches = 0
  readonly #target: Endpoint
  readonly #chance: () => number
  readonly #limits: TargetLimits
  #upstream: Upstream | undefined

  constructor(target: Endpoint, chance: () => number, limits: TargetLimits) {
    this.#target = target
    this.#chance = chance
    this.#limits = limits
  }

  close(): void {
    if (this.#upstream) giveUp(this.#upstream)
  }

  pass(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const { refused, late, lateMs } = this.weather
    // A client that goes away in the middle is nothing special here.
    response.stream?.on('error', () => undefined)
    const refusal = this.#chance() < refused ? this.#refusalOf(request) : undefined
    if (refusal !== undefined) refuse(request, response, refusal)
    else if (this.#chance() >= late) this.#forward(request, response)
    else setTimeout(() => this.#forward(request, response), lateMs * this.#chance())
  }

  #forward(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const upstream = this.#session()
    const stream = upstream.request(headersOf(request))
    const lost = this.#chance() < this.weather.lost
    const end = this.#endOfAnswer()
    const endAt = isWatch(request) ? this.#endOfWatch() : (sent: number) => (sent > CUT_AFTER_BYTES ? end : 'whole')
    stream.on('error', () => abandon(response))
    // One that is cut off by the end of its session tells no error.
    stream.on('close', () => response.writableEnded || abandon(response))
    request.on('aborted', () => stream.close(constants.NGHTTP2_CANCEL))
    response.on('close', () => stream.close(constants.NGHTTP2_CANCEL))
    stream.on('response', headers => {
      if (lost) return abandon(response)
      const { 'content-length': length, ...others } = plain(headers)
      // What is truncated must not tell how long it was to be, or it would be no orderly end.
      response.writeHead(Number(headers[':status']), end === 'truncated' || !length ? others : plain(headers))
      pipe(stream, response, endAt)
    })
    request.pipe(stream)
  }

  /** Undefined when none of those fits this request. */
  #refusalOf({ method }: Http2ServerRequest): Refusal | undefined {
    const { refusals } = this.weather
    const choices = REFUSALS.filter(({ code }) => {
      return (refusals?.includes(code) ?? true) && (code !== 409 || WRITES.includes(method))
    })
    return choices[Math.floor(this.#chance() * choices.length)]
  }

  #endOfAnswer(): AnswerEnd {
    const { cut, truncated } = this.weather
    const chance = this.#chance()
    if (chance < cut) return 'cut'
    return chance < cut + truncated ? 'truncated' : 'whole'
  }

  /** It stands for minutes, and a storm is short: each event meets the weather of its moment. */
  #endOfWatch(): () => AnswerEnd {
    const begun = this.weather
    return () => {
      const end = this.#chance() < this.weather.lost ? 'lost' : this.#endOfAnswer()
      if (end !== 'whole' && this.weather !== begun) this.brokenWatches++
      return end
    }
  }

  #session(): ClientHttp2Session {
    const standing = this.#upstream?.session
    if (standing !== undefined && !standing.closed && !standing.destroyed) return standing
    const upstream = openUpstream(this.#target)
    const { session, socket } = upstream
    // Whoever dials a local port on which nobody listens may be connected to himself, and wait for his own answer.
    const opening = setTimeout(() => giveUp(upstream), this.#limits.opensWithinMs)
    socket.once('close', () => clearTimeout(opening))
    session.once('connect', () => {
      clearTimeout(opening)
      this.#endWhenSilent(upstream)
    })
    this.#upstream = upstream
    return session
  }

  /** One that is busy writing when its server is killed may never hear of it: Node goes on as if it were open. */
  #endWhenSilent(upstream: Upstream): void {
    const { session, socket } = upstream
    const { pingEveryMs, answersWithinMs } = this.#limits
    let answeredMs = performance.now()
    const answered = (error: Error | null): void => {
      if (error === null) answeredMs = performance.now()
    }
    const timer = setInterval(() => {
      if (performance.now() - answeredMs > pingEveryMs + answersWithinMs) giveUp(upstream)
      else if (!session.destroyed) session.ping(answered)
    }, pingEveryMs)
    socket.once('close', () => clearInterval(timer))
  }
}

/** A session, and what it runs over: Node forgets to close that of a session which ends in the middle of a write. */
interface Upstream {
  readonly session: ClientHttp2Session
  readonly socket: TLSSocket
}

function openUpstream({ url, ca }: Endpoint): Upstream {
  const { hostname, port } = new URL(url)
  const socket = connectTls({ host: hostname, port: Number(port), ca, ALPNProtocols: ['h2'] })
  const session = connect(url, { createConnection: () => socket })
  for (const each of [socket, session]) each.on('error', () => undefined)
  return { session, socket }
}

/** With a code: streams that are cut off would otherwise look as if they had come to their end. */
function giveUp({ session, socket }: Upstream): void {
  session.destroy(undefined, constants.NGHTTP2_CANCEL)
  socket.destroy()
}

type AnswerEnd = 'whole' | 'lost' | 'cut' | 'truncated'

/** @param endAt asked for each chunk, with how much has come up to its end: how the answer ends by it. */
function pipe(stream: ClientHttp2Stream, response: Http2ServerResponse, endAt: (sentBytes: number) => AnswerEnd): void {
  let sent = 0
  let isOver = false
  stream.on('data', (chunk: Buffer) => {
    if (isOver || response.destroyed || response.writableEnded) return
    sent += chunk.length
    const end = endAt(sent)
    isOver = end !== 'whole'
    if (end === 'whole') return void response.write(chunk)
    if (end === 'lost') return abandon(response)
    const begun = chunk.subarray(0, breakOf(chunk))
    if (end === 'truncated') return void response.end(begun)
    // Once it is on its way: a reset overtakes what still waits.
    response.write(begun, () => abandon(response))
  })
  stream.on('end', () => isOver || response.end())
}

/** @returns where a chunk breaks: inside of a character of several bytes when there is one, else half-way. */
function breakOf(chunk: Buffer): number {
  const inside = chunk.findLastIndex(byte => (byte & 0b1100_0000) === 0b1000_0000)
  return inside < 0 ? Math.floor(chunk.length / 2) : inside
}

function isWatch({ url }: Http2ServerRequest): boolean {
  return ['1', 'true'].includes(new URL(url, 'https://localhost').searchParams.get('watch') ?? '')
}

function refuse(request: Http2ServerRequest, response: Http2ServerResponse, { code, reason }: Refusal): void {
  request.resume()
  response.writeHead(code, { 'content-type': 'application/json', ...(code === 429 && RETRY_AFTER) })
  const message = 'this server refuses on purpose'
  response.end(JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason, message, code }))
}

/** Ends the stream as a connection does that breaks. */
function abandon(response: Http2ServerResponse): void {
  if (response.stream === undefined) response.destroy()
  else response.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}

function headersOf(request: Http2ServerRequest): IncomingHttpHeaders {
  return { ...plain(request.headers), ':method': request.method, ':path': request.url }
}

function plain(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(':') && !HOP_HEADERS.includes(name)),
  )
}
