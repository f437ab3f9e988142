import { once } from 'node:events'
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerResponse,
} from 'node:http2'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { CONFIG_MAP } from '../../src/api/kinds.ts'
import type { Client } from '../../src/kube/client.ts'
import { newTestClient } from '../../src/testing/apiserver-client.ts'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from './rest.ts'
import { CALM, type StormProxy, startStormProxy, type Weather } from './storm-proxy.ts'

let server: Http2SecureServer
let serving: Endpoint
let proxy: StormProxy
let client: Client
/** Names of what the server was asked for. */
let asked: string[]
/** The watches that stand at the server. */
let watches: Http2ServerResponse[]

beforeEach(async () => {
  asked = []
  watches = []
  const authority = newCertificateAuthority('apiserver-ca')
  const identity = newCertificate({ name: 'apiserver', issuer: authority })
  server = createSecureServer(identity, (request, response) => {
    asked.push(request.url)
    response.writeHead(200, { 'content-type': 'application/json' })
    if (request.url.includes('watch=true')) return void watches.push(response.on('error', () => undefined))
    response.end(
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'x'.repeat(2_000) } }),
    )
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  serving = { url: `https://127.0.0.1:${port}`, ca: authority.cert, token: 't' }
  proxy = await startStormProxy(serving, () => 0.5)
  client = clientOf(proxy)
})

afterEach(async () => {
  await client.close()
  await proxy.stop()
  server.close()
})

/** Short enough to wait for, and more than a connection takes on a busy machine. */
const LIMITS = { opensWithinMs: 1_000, pingEveryMs: 50, answersWithinMs: 1_000 }

const clientOf = ({ endpoint }: StormProxy): Client =>
  newTestClient(endpoint, { limits: { timeoutMs: 10_000, maxRetries: 0 } })

const outcome = async (by = client): Promise<unknown> => {
  try {
    return (await by.get(CONFIG_MAP, { namespace: 'n', name: 'a' })).metadata.name
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

it.each<{ weather: Partial<Weather>; want: string; reaches: boolean }>([
  { weather: {}, want: 'a', reaches: true },
  { weather: { late: 1, lateMs: 10 }, want: 'a', reaches: true },
  { weather: { refused: 1 }, want: 'StatusError', reaches: false },
  { weather: { lost: 1 }, want: 'TransportError', reaches: true },
  { weather: { refused: 1, refusals: [503] }, want: 'StatusError', reaches: false },
  { weather: { refused: 1, refusals: [409] }, want: 'a', reaches: true },
  { weather: { cut: 1 }, want: 'TransportError', reaches: true },
])('a request in the weather $weather ends in $want', async ({ weather, want, reaches }) => {
  proxy.become({ ...CALM, ...weather })
  expect(await outcome()).toBe(want)
  expect(asked.length > 0).toBe(reaches)
  proxy.become(CALM)
  expect(await outcome()).toBe('a')
})

/** What stands before the server, and says nothing: from the start of a connection, or from some time on. */
async function startFront(): Promise<{ readonly url: string; silent: boolean; stop(): void }> {
  const { port } = new URL(serving.url)
  const sockets = new Set<Socket>()
  const track = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => undefined)
  }
  const front = { url: '', silent: false, stop: (): void => undefined }
  const server = createServer(socket => {
    const through = connect(Number(port), '127.0.0.1')
    track(socket).on('data', chunk => front.silent || through.write(chunk))
    track(through).on('data', chunk => front.silent || socket.write(chunk))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  // Listening on a port: it has an address with one.
  front.url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  front.stop = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return front
}

it.each([
  { what: 'never opens', before: [] },
  { what: 'opens, and falls silent', before: ['a'] },
])('a connection that $what is given up, and what comes next gets through', async ({ before }) => {
  const front = await startFront()
  const behind = await startStormProxy({ ...serving, url: front.url }, () => 0.5, LIMITS)
  const through = clientOf(behind)
  try {
    for (const want of before) expect(await outcome(through)).toBe(want)
    front.silent = true
    expect(await outcome(through)).toBe('TransportError')
    front.silent = false
    expect(await outcome(through)).toBe('a')
  } finally {
    await through.close()
    await behind.stop()
    front.stop()
  }
})

/** A watch that has told one event, and what comes of it from then on. */
async function openWatch() {
  const session = connectHttp2(proxy.endpoint.url, { ca: proxy.endpoint.ca })
  const stream: ClientHttp2Stream = session.request({ ':path': '/api/v1/configmaps?watch=true' })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  const end = new Promise<string>(resolve => {
    stream.on('error', () => resolve('reset'))
    stream.on('end', () => resolve('ended in order'))
  })
  await once(stream, 'response')
  const told = (): Promise<unknown> => once(stream, 'data')
  const tell = (event: string): void => watches.forEach(watch => void watch.write(event))
  const first = told()
  tell('first')
  await first
  return { told, tell, end, text: () => Buffer.concat(chunks), close: () => session.destroy() }
}

const SAYS = '{"type":"ADDED","object":{"value":"größer als nichts"}}'
const INSIDE = Buffer.from(SAYS).indexOf('ß') + 1

it.each<{ weather: Partial<Weather>; event: string; want: readonly [end: string, bytes: Buffer] }>([
  { weather: { cut: 1 }, event: SAYS, want: ['reset', Buffer.from(SAYS).subarray(0, INSIDE)] },
  { weather: { truncated: 1 }, event: SAYS, want: ['ended in order', Buffer.from(SAYS).subarray(0, INSIDE)] },
  { weather: { truncated: 1 }, event: '{"type":"ADDED"}', want: ['ended in order', Buffer.from('{"type":')] },
  { weather: { lost: 1 }, event: SAYS, want: ['reset', Buffer.from('')] },
])('a watch that stands ends by its next event in the weather $weather', async ({ weather, event, want }) => {
  const watch = await openWatch()
  try {
    proxy.become({ ...CALM, ...weather })
    watch.tell(event)
    expect(await watch.end).toBe(want[0])
    expect(watch.text().subarray('first'.length)).toEqual(want[1])
    expect(proxy.brokenWatches).toBe(1)
  } finally {
    watch.close()
  }
})

it('a watch that stands outlives a storm in which there is nothing to tell', async () => {
  const watch = await openWatch()
  try {
    proxy.become({ ...CALM, cut: 1 })
    proxy.become(CALM)
    const second = watch.told()
    watch.tell('second')
    await second
    expect([String(watch.text()), proxy.brokenWatches]).toEqual(['firstsecond', 0])
  } finally {
    watch.close()
  }
})

it('a watch that begins in a storm is broken by it, and counts for none that stood', async () => {
  proxy.become({ ...CALM, cut: 1 })
  const watch = await openWatch()
  try {
    expect(await watch.end).toBe('reset')
    expect(proxy.brokenWatches).toBe(0)
  } finally {
    watch.close()
  }
})
