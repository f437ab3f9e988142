import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sleep, systemClock } from './clock.ts'
import { toError } from './failure.ts'

/** @returns why it is not well; undefined when it is. */
export type Check = () => string | undefined

export interface HttpServerOptions {
  /** Default: all addresses. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Whether the process should live on (/healthz, /livez). A failing dependency is no reason to end it. */
  readonly health?: Readonly<Record<string, Check>>
  /** Whether the operator works (/readyz). */
  readonly readiness?: Readonly<Record<string, Check>>
  readonly metrics?: { render(): Promise<string>; readonly contentType: string }
}

/** A running server for probes and metrics. */
export interface HttpServer {
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

interface Answer {
  readonly statusCode: number
  readonly contentType?: string
  readonly body: string
}

/** How long a probe may wait at most, and between its looks, in milliseconds. */
const LONGEST_WAIT_MS = 10_000
const LOOK_MS = 25

/**
 * Serves /healthz, /livez, /readyz (with reasons when `?verbose` is asked for or a check fails) and /metrics. `/readyz?wait=2`
 * says no only after two seconds: a kubelet asks once a second at most, and an operator that starts needs about one.
 *
 * @throws the system's error when the address cannot be bound.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    const answered = request.method === 'GET' || request.method === 'HEAD' ? answer(url, options) : METHOD_NOT_ALLOWED
    Promise.resolve(answered).then(
      given => send(response, given),
      (error: unknown) => send(response, { statusCode: 500, body: `${toError(error).message}\n` }),
    )
  })
  server.requestTimeout = 10_000
  server.maxConnections = 100
  const { port, address } = await listen(server, options)
  return { host: address, port, stop: () => close(server) }
}

const METHOD_NOT_ALLOWED: Answer = { statusCode: 405, body: 'only GET\n' }

/** Splits `host:port`, `[v6]:port` or `:port`. @throws when it is none of these. */
export function parseBindAddress(text: string): { readonly host?: string; readonly port: number } {
  const [, v6, host, digits] = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) throw new Error(`not an address to listen on: ${text} (wanted host:port)`)
  const name = v6 ?? host ?? ''
  return name === '' ? { port } : { host: name, port }
}

async function answer(url: URL, options: HttpServerOptions): Promise<Answer> {
  switch (url.pathname) {
    case '/healthz':
    case '/livez':
      return report(options.health ?? {}, url.searchParams.has('verbose'))
    case '/readyz':
      return reportInTime(options.readiness ?? {}, url.searchParams)
    case '/metrics':
      if (options.metrics === undefined) break
      return { statusCode: 200, contentType: options.metrics.contentType, body: await options.metrics.render() }
  }
  return { statusCode: 404, body: 'not found\n' }
}

async function reportInTime(checks: Readonly<Record<string, Check>>, query: URLSearchParams): Promise<Answer> {
  const waitMs = Math.min(LONGEST_WAIT_MS, (Number(query.get('wait')) || 0) * 1000)
  const deadlineMs = systemClock.monotonicMs() + waitMs
  for (;;) {
    const given = report(checks, query.has('verbose'))
    if (given.statusCode === 200 || systemClock.monotonicMs() >= deadlineMs) return given
    await sleep(systemClock, LOOK_MS)
  }
}

/** In the words of an apiserver's own probes: `[+]name ok`, `[-]name failed: why`. */
function report(checks: Readonly<Record<string, Check>>, verbose: boolean): Answer {
  const results = Object.entries(checks).map(([name, check]) => ({ name, problem: run(check) }))
  const well = results.every(({ problem }) => problem === undefined)
  if (well && !verbose) return { statusCode: 200, body: 'ok' }
  const lines = results.map(({ name, problem }) =>
    problem === undefined ? `[+]${name} ok` : `[-]${name} failed: ${problem}`,
  )
  return { statusCode: well ? 200 : 503, body: `${[...lines, well ? 'ok' : 'not ok'].join('\n')}\n` }
}

function run(check: Check): string | undefined {
  try {
    return check()
  } catch (error) {
    return toError(error).message
  }
}

function send(response: ServerResponse, given: Answer): void {
  response.writeHead(given.statusCode, {
    'content-type': given.contentType ?? 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(given.body)
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host !== undefined && { host }) }, () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'))
      else resolve(address)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
