import { readFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { Resource } from '../api/kinds.ts'
import { eventually } from '../testing/apiserver-client.ts'
import type { Client } from './client.ts'
import { type NewClientOptions, newClient } from './new-client.ts'
import type { ServerConfig } from './server-config.ts'

// What a member's address may lead to instead of an apiserver. None of these servers is a Kubernetes API.

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const KEY = { namespace: 'default', name: 'a' }
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: KEY }
const CASE_TIMEOUT_MS = 60_000
const JSON_HEAD = { ':status': 200, 'content-type': 'application/json' }

let apiserver: Apiserver
let identity: { readonly cert: string; readonly key: string }
const closing: (() => void)[] = []

beforeAll(async () => {
  apiserver = await startApiserver()
  const certificates = join(dirname(apiserver.cluster.kubeconfigPath), 'certificates')
  const read = (file: string): string => readFileSync(join(certificates, file), 'utf8')
  identity = { cert: read('apiserver.crt'), key: read('apiserver.key') }
}, START_TIMEOUT_MS)

afterAll(() => apiserver?.stop(), CASE_TIMEOUT_MS)

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function portOf(server: Server | Http2SecureServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Serves HTTP/1.1 without TLS. */
async function serveHttp(listener: RequestListener, options?: NewClientOptions): Promise<Client> {
  const server = createHttp(listener)
  closing.push(() => server.closeAllConnections())
  return open({ server: `http://127.0.0.1:${await portOf(server)}` }, options)
}

/** Serves HTTP/2 over TLS; `answer` gets each stream and its number. */
async function serveHttp2(
  answer: (stream: ServerHttp2Stream, count: number, path: string) => void,
  options: NewClientOptions & { readonly config?: Partial<ServerConfig> } = {},
): Promise<Client> {
  const server = createSecureServer({ ...identity, requestCert: true, rejectUnauthorized: false })
  let count = 0
  server.on('session', session => closing.push(() => session.destroy()))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    answer(stream, ++count, headers[':path'] ?? '')
  })
  return open({ server: `https://127.0.0.1:${await portOf(server)}`, caPem: identity.cert, ...options.config }, options)
}

function open(config: Partial<ServerConfig> & Pick<ServerConfig, 'server'>, options?: NewClientOptions): Client {
  const client = newClient({ name: 'm', token: { type: 'static', token: 'secret-token' }, ...config }, options)
  closing.push(() => void client.close())
  return client
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function firstEvent(client: Client): Promise<unknown> {
  for await (const event of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })) return event
  return undefined
}

/** Writes `chunk` as fast as it is taken, for ever. */
function flood(stream: {
  write(chunk: Buffer): boolean
  destroyed: boolean
  once(event: 'drain', on: () => void): unknown
}): void {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const more = (): void => {
    while (!stream.destroyed && stream.write(chunk));
    if (!stream.destroyed) stream.once('drain', more)
  }
  more()
}

describe('a server that is no apiserver', () => {
  it.each<{ name: string; listener: RequestListener; want: object; timeoutMs?: number }>([
    {
      name: 'a web page',
      listener: (_, response) => response.setHeader('content-type', 'text/html').end('<html>hello</html>'),
      want: { kind: 'not-kubernetes' },
    },
    {
      name: 'an answer that is not HTTP',
      listener: (_, response) => response.socket?.end('SSH-2.0\r\n'),
      want: { kind: 'not-kubernetes' },
    },
    {
      name: 'a redirect, which would take the token elsewhere',
      listener: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      want: { kind: 'redirect' },
    },
    { name: 'a body that never ends', listener: (_, response) => flood(response), want: { kind: 'too-large' } },
    {
      name: 'a body that breaks off',
      listener: (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{')
        setTimeout(() => response.destroy(), 100)
      },
      want: { kind: 'reset' },
    },
    { name: 'no answer', listener: () => undefined, want: { kind: 'timeout' }, timeoutMs: 2000 },
    { name: 'JSON of another kind', listener: (_, response) => response.end('[1]'), want: { kind: 'not-kubernetes' } },
  ])(
    'is told by what it sends: $name',
    async ({ listener, want, timeoutMs = 30_000 }) => {
      const client = await serveHttp(listener, { limits: { timeoutMs, maxResponseBytes: 1024 * 1024 } })
      const failure = await failureOf(client.get(CONFIG_MAP, KEY))
      expect(failure).toMatchObject({ name: 'TransportError', ...want })
      expect(JSON.stringify(failure) + String(failure)).not.toContain('secret-token')
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is told when it speaks no TLS',
    async () => {
      const server = createHttp((_, response) => response.end())
      const client = open({ server: `https://127.0.0.1:${await portOf(server)}` })
      expect(await failureOf(client.get(CONFIG_MAP, KEY))).toMatchObject({ kind: 'not-tls' })
    },
    CASE_TIMEOUT_MS,
  )

  it.each<{ name: string; line: string; want: object }>([
    { name: 'an event without a type', line: '{"object":{}}', want: { kind: 'not-kubernetes' } },
    {
      name: 'an object without metadata',
      line: '{"type":"ADDED","object":{"apiVersion":"v1","kind":"x"}}',
      want: { kind: 'not-kubernetes' },
    },
    { name: 'a bookmark without a version', line: '{"type":"BOOKMARK","object":{}}', want: { kind: 'not-kubernetes' } },
    { name: 'text', line: 'hello', want: { kind: 'not-kubernetes' } },
    {
      name: 'an error',
      line: '{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}',
      want: { code: 410, reason: 'Expired' },
    },
    {
      name: 'an error that is no Status',
      line: '{"type":"ERROR","object":7}',
      want: { name: 'StatusError', code: 500 },
    },
  ])(
    'ends a watch that carries $name',
    async ({ line, want }) => {
      const client = await serveHttp2(stream => {
        stream.respond(JSON_HEAD)
        stream.write(`${line}\n`)
      })
      expect(await failureOf(firstEvent(client))).toMatchObject(want)
    },
    CASE_TIMEOUT_MS,
  )

  // As a string: nothing here may walk through it.
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  const deep = (name: string, version: number, levels = 1500): string =>
    `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}","namespace":"default","resourceVersion":"${version}"},"data":${nested(levels)}}`

  it(
    'hides no other object by one that nests too deep, in a watch',
    async () => {
      const lines = [
        `{"type":"MODIFIED","object":${deep('a', 5)}}`,
        `{"type":"DELETED","object":${deep('b', 6)}}`,
        `{"type":"ADDED","object":${deep('c', 7, 2)}}`,
      ]
      const client = await serveHttp2(stream => {
        stream.respond(JSON_HEAD)
        stream.end(`${lines.join('\n')}\n`)
      })
      const events = []
      for await (const event of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })) events.push(event)
      expect(events).toMatchObject([
        { type: 'UNREADABLE', key: KEY, resourceVersion: '5' },
        { type: 'DELETED', object: { metadata: { name: 'b', namespace: 'default', resourceVersion: '6' } } },
        { type: 'ADDED', object: { metadata: { name: 'c' } } },
      ])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'hides no other object by one that nests too deep, in a list',
    async () => {
      const items = [deep('b', 5, 2), deep('a', 6), deep('c', 7, 2)]
      const client = await serveHttp2((stream, _count, path) => {
        const { searchParams } = new URL(path, 'https://m')
        const from = Number(searchParams.get('continue') ?? 0)
        const to = Math.min(items.length, from + Number(searchParams.get('limit')))
        const metadata = { resourceVersion: '9', ...(to < items.length && { continue: `${to}` }) }
        stream.respond(JSON_HEAD)
        stream.end(`{"metadata":${JSON.stringify(metadata)},"items":[${items.slice(from, to).join(',')}]}`)
      })
      const list = await client.list(CONFIG_MAP)
      expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c'])
      expect(await client.listPage(CONFIG_MAP, { limit: 1, continue: '1' })).toMatchObject({
        items: [],
        unreadable: [KEY],
        continue: '2',
      })
      expect(await failureOf(client.listPage(CONFIG_MAP, { limit: 3 }))).toMatchObject({ kind: 'too-large' })
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is not listed to the end when there is none',
    async () => {
      const client = await serveHttp2(stream => {
        stream.respond(JSON_HEAD)
        stream.end('{"metadata":{"resourceVersion":"9","continue":"more"},"items":[]}')
      })
      expect(await failureOf(client.list(CONFIG_MAP, {}, { mostObjects: 50 }))).toMatchObject({ kind: 'too-large' })
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'cannot fill our memory with one event',
    async () => {
      const client = await serveHttp2(
        stream => {
          stream.respond(JSON_HEAD)
          flood(stream)
        },
        { limits: { maxWatchEventBytes: 256 * 1024 } },
      )
      expect(await failureOf(firstEvent(client))).toMatchObject({ kind: 'too-large' })
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'sends no more events than are read',
    async () => {
      let sentBytes = 0
      const line = Buffer.from(`${JSON.stringify({ type: 'ADDED', object: OBJECT })}\n`.repeat(500))
      const client = await serveHttp2(stream => {
        stream.respond(JSON_HEAD)
        const more = (): void => {
          while (!stream.destroyed && stream.write(line)) sentBytes += line.length
          stream.once('drain', more)
        }
        more()
      })
      const events = client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })[Symbol.asyncIterator]()
      await events.next()
      await new Promise(resolve => setTimeout(resolve, 1500))
      expect(sentBytes).toBeLessThan(32 * 1024 * 1024)
      await events.return?.()
    },
    CASE_TIMEOUT_MS,
  )
})

describe('a server that refuses for now', () => {
  it(
    'is asked again after Retry-After, writes too',
    async () => {
      let count = 0
      const client = await serveHttp((_, response) => {
        if (++count === 1) response.writeHead(429, { 'retry-after': '1' }).end('busy')
        else response.end(JSON.stringify(OBJECT))
      })
      expect((await client.create(CONFIG_MAP, OBJECT)).metadata.name).toBe('a')
      expect(count).toBe(2)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is asked a bounded number of times',
    async () => {
      let count = 0
      const client = await serveHttp(
        (_, response) => {
          count++
          response.writeHead(503, { 'retry-after': '0' }).end('busy')
        },
        { limits: { maxRetries: 3 } },
      )
      expect(await failureOf(client.get(CONFIG_MAP, KEY))).toMatchObject({ code: 503 })
      expect(count).toBe(4)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is not waited for beyond the limit of the request',
    async () => {
      const client = await serveHttp((_, response) => response.writeHead(429, { 'retry-after': '20' }).end('busy'))
      const failure = await failureOf(client.get(CONFIG_MAP, KEY, { timeoutMs: 5000 }))
      expect(failure).toMatchObject({ code: 429, retryAfterMs: 20_000 })
    },
    CASE_TIMEOUT_MS,
  )
})

describe('an HTTP/2 connection that ends', () => {
  const answer = (stream: ServerHttp2Stream): void => {
    stream.respond(JSON_HEAD)
    stream.end(JSON.stringify(OBJECT))
  }

  it(
    'repeats a write that the server refused unseen',
    async () => {
      let count = 0
      const client = await serveHttp2((stream, number) => {
        count = number
        if (number === 1) stream.close(7)
        else answer(stream)
      })
      expect((await client.create(CONFIG_MAP, OBJECT)).metadata.name).toBe('a')
      expect(count).toBe(2)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'does not repeat a write that the server may have done, but a read once',
    async () => {
      let count = 0
      const client = await serveHttp2((stream, number) => {
        count = number
        if (number === 1 || number === 2) stream.session?.destroy()
        else answer(stream)
      })
      expect(await failureOf(client.create(CONFIG_MAP, OBJECT))).toMatchObject({ kind: 'reset' })
      expect((await client.get(CONFIG_MAP, KEY)).metadata.name).toBe('a')
      expect(count).toBe(3)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'moves to a new connection on GOAWAY and lets what is in flight finish',
    async () => {
      const sessions = new Set<unknown>()
      const client = await serveHttp2((stream, number) => {
        sessions.add(stream.session)
        if (number === 1) stream.session?.goaway(0)
        setTimeout(() => answer(stream), 200)
      })
      const first = client.get(CONFIG_MAP, KEY)
      await eventually(() => sessions.size === 1)
      const second = client.create(CONFIG_MAP, OBJECT)
      expect((await first).metadata.name).toBe('a')
      expect((await second).metadata.name).toBe('a')
      expect(sessions.size).toBe(2)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'rejects what is in flight when the client is closed',
    async () => {
      const client = await serveHttp2(() => undefined)
      const pending = failureOf(client.get(CONFIG_MAP, KEY))
      await new Promise(resolve => setTimeout(resolve, 300))
      await client.close()
      expect(await pending).toMatchObject({ kind: 'aborted' })
      expect(await failureOf(client.get(CONFIG_MAP, KEY))).toMatchObject({ kind: 'aborted' })
    },
    CASE_TIMEOUT_MS,
  )
})

describe('the way to a server', () => {
  it(
    'shows a client certificate and keeps the path of the server address',
    async () => {
      let seen = ''
      const client = await serveHttp2(
        (stream, _, path) => {
          // The type knows the socket without TLS only.
          const socket = stream.session?.socket as TLSSocket
          seen = `${path} ${Object.keys(socket.getPeerCertificate().subject).length > 0}`
          stream.respond(JSON_HEAD)
          stream.end(JSON.stringify(OBJECT))
        },
        { config: { clientCertPem: identity.cert, clientKeyPem: identity.key } },
      )
      await client.get(CONFIG_MAP, KEY)
      expect(seen).toBe('/api/v1/namespaces/default/configmaps/a true')
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'leads through an HTTP proxy with its headers and credentials',
    async () => {
      const seen: unknown[] = []
      const proxy = createHttp()
      proxy.on('connect', (request, socket) => {
        seen.push(request.headers['x-tenant'], request.headers['proxy-authorization'], request.headers['authorization'])
        const [host = '', port = ''] = (request.url ?? '').split(':')
        const upstream = connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
          upstream.pipe(socket).pipe(upstream)
        })
        for (const end of [socket, upstream]) end.on('error', () => undefined)
        closing.push(() => upstream.destroy())
      })
      const { url, ca, token } = apiserver.cluster.endpoint
      const client = open({
        server: url,
        caPem: ca,
        token: { type: 'static', token },
        proxyUrl: `http://me:pw@127.0.0.1:${await portOf(proxy)}`,
        proxyHeaders: { 'x-tenant': 'blue' },
      })
      expect((await client.list(CONFIG_MAP)).resourceVersion).toMatch(/^\d+$/)
      expect(seen).toEqual(['blue', `Basic ${Buffer.from('me:pw').toString('base64')}`, undefined])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'tells when a proxy refuses',
    async () => {
      const proxy = createHttp()
      proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
      const client = open({ server: 'https://elsewhere.example', proxyUrl: `http://127.0.0.1:${await portOf(proxy)}` })
      const failure = await failureOf(client.list(CONFIG_MAP))
      expect(failure).toMatchObject({ kind: 'proxy', message: expect.stringContaining('407') })
    },
    CASE_TIMEOUT_MS,
  )
})
