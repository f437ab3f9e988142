import { createSecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import { eventually } from '../testing/apiserver-client.ts'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import type { Client } from './client.ts'
import { type NewClientOptions, newClient } from './new-client.ts'
import { TransportError } from './status-error.ts'

// How many requests a server takes at once is its own to say.

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const KEY = { namespace: 'default', name: 'a' }
const OBJECT = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', namespace: 'default', resourceVersion: '2' },
}
const EVENT = `${JSON.stringify({ type: 'ADDED', object: OBJECT })}\n`
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close()
})

function takeNoMore(session: Http2Session): void {
  session.settings({ maxConcurrentStreams: 0 })
}

/** Answers each get, and each watch with one event and no end. */
function answer(stream: ServerHttp2Stream, path: string): void {
  stream.respond({ ':status': 200, 'content-type': 'application/json' })
  if (path.includes('watch=')) stream.write(EVENT)
  else stream.end(JSON.stringify(OBJECT))
}

interface ServeOptions extends NewClientOptions {
  /** Is told of each connection. */
  readonly begun?: ((session: Http2Session) => void) | undefined
  readonly answers?: boolean
}

/** Allows so many streams on each connection. */
async function serve(maxConcurrentStreams: number, { begun, answers = true, ...options }: ServeOptions = {}) {
  const issuer = newCertificateAuthority('the CA')
  const certificate = newCertificate({ name: 'limited', issuer })
  const sessions: Http2Session[] = []
  const server = createSecureServer({ ...certificate, settings: { maxConcurrentStreams } })
  server.on('session', session => {
    session.on('error', () => undefined)
    sessions.push(session)
    begun?.(session)
    closing.push(() => session.destroy())
  })
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    if (answers) answer(stream, headers[':path'] ?? '')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return { client: newTestClient((server.address() as AddressInfo).port, issuer.cert, options), sessions }
}

function newTestClient(port: number, caPem: string, options?: NewClientOptions): Client {
  const client = newClient({ name: 'm', server: `https://127.0.0.1:${port}`, caPem }, options)
  closing.push(() => void client.close())
  return client
}

/** Watches; @returns how many events have come. */
function watch(client: Client): { events: number; readonly end: Promise<unknown> } {
  const watching = { events: 0, end: Promise.resolve<unknown>(undefined) }
  const follow = async (): Promise<void> => {
    for await (const _ of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })) watching.events++
  }
  watching.end = follow().catch((error: unknown) => error)
  return watching
}

describe('a server that says how many requests it takes', () => {
  it.each([
    { streams: 2, watches: 5, connections: 3 },
    { streams: 100, watches: 130, connections: 2 },
  ])(
    'gets $watches watches on $connections connections when it takes $streams on each, though all of them waited for the first',
    async ({ streams, watches, connections }) => {
      const { client, sessions } = await serve(streams)
      const watching = Array.from({ length: watches }, () => watch(client))
      await eventually(() => watching.every(({ events }) => events === 1), 20_000)
      expect(sessions).toHaveLength(connections)
    },
    30_000,
  )

  it.each([
    { name: 'from the first', streams: 0, begun: undefined },
    { name: 'once it has begun', streams: 100, begun: takeNoMore },
  ])(
    'is dialled a few times and then ever more rarely when it takes none $name',
    async ({ streams, begun }) => {
      const limits = { timeoutMs: 500, maxDialBackoffMs: 60_000 }
      const { client, sessions } = await serve(streams, { begun, limits, answers: false })
      for (let turn = 0; turn < 20; turn++) {
        const watches = Array.from({ length: 5 }, () => watch(client).end)
        const gets = Array.from({ length: 5 }, () => client.get(CONFIG_MAP, KEY).catch((error: unknown) => error))
        for (const failure of await Promise.all([...watches, ...gets])) expect(failure).toBeInstanceOf(TransportError)
      }
      expect(sessions.length).toBeLessThanOrEqual(12)
      await eventually(() => sessions.every(({ destroyed }) => destroyed))
    },
    60_000,
  )

  it('is told when it takes none', async () => {
    const { client } = await serve(0)
    const message = expect.stringContaining('SETTINGS_MAX_CONCURRENT_STREAMS is 0')
    await expect(client.get(CONFIG_MAP, KEY)).rejects.toMatchObject({ kind: 'other', message })
  }, 30_000)

  it('is asked on a new connection when it takes no more, and goes on with what it has taken', async () => {
    const { client, sessions } = await serve(10)
    const watching = watch(client)
    await client.get(CONFIG_MAP, KEY)
    await eventually(() => watching.events === 1)
    expect(sessions).toHaveLength(2)
    for (const session of sessions) takeNoMore(session)
    // That of the watch is not idle.
    await eventually(() => sessions.filter(({ destroyed }) => destroyed).length === 1)
    expect(await client.get(CONFIG_MAP, KEY)).toMatchObject({ metadata: { name: 'a' } })
    const another = watch(client)
    await eventually(() => another.events === 1)
    expect(sessions).toHaveLength(4)
    expect(sessions.filter(({ destroyed }) => destroyed)).toHaveLength(1)
  }, 30_000)

  it('is told from one that speaks TLS and then nothing', async () => {
    const issuer = newCertificateAuthority('the CA')
    const server = createTls({ ...newCertificate({ name: 'mute', issuer }), ALPNProtocols: ['h2'] })
    server.on('secureConnection', socket => {
      socket.on('error', () => undefined)
      closing.push(() => socket.destroy())
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const options = { limits: { connectTimeoutMs: 1000 } }
    const client = newTestClient((server.address() as AddressInfo).port, issuer.cert, options)
    await expect(client.get(CONFIG_MAP, KEY)).rejects.toMatchObject({
      kind: 'connect-timeout',
      message: expect.stringContaining('nothing answers as HTTP/2'),
    })
  }, 30_000)
})
