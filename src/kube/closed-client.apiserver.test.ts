import { createServer as createHttp1, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import { eventually } from '../testing/apiserver-client.ts'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import type { Client } from './client.ts'
import { newClient } from './new-client.ts'
import type { ServerConfig } from './server-config.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } }
const ABORTED = { name: 'TransportError', kind: 'aborted' }
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close()
})

function open(config: Omit<ServerConfig, 'name'>): Client {
  const client = newClient({ name: 'm', ...config })
  closing.push(() => void client.close())
  return client
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

const get = (client: Client, name: string): Promise<unknown> => client.get(CONFIG_MAP, { namespace: 'default', name })

async function watch(client: Client): Promise<void> {
  for await (const _ of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' }));
}

async function portOf(server: Server | ReturnType<typeof createSecureServer>): Promise<number> {
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  // A server of ours has an address with a port.
  return (server.address() as AddressInfo).port
}

/** Over HTTP/1.1, by names of objects: `held` is not answered before a release, `broken` ends its connection, others are answered. */
async function serveHttp1() {
  const sockets = new Set<Socket>()
  const held = new Map<IncomingMessage, ServerResponse>()
  const server = createHttp1({ keepAliveTimeout: 0 }, (request, response) => {
    if (request.url?.endsWith('/held')) held.set(request, response)
    else if (request.url?.endsWith('/broken')) request.socket.destroy()
    else response.end(JSON.stringify(OBJECT))
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    closing.push(() => socket.destroy())
  })
  const client = open({ server: `http://127.0.0.1:${await portOf(server)}` })
  const release = (): void => {
    for (const response of held.values()) response.end(JSON.stringify(OBJECT))
  }
  return { client, sockets, held, release }
}

describe('a client that is closed', () => {
  it('ends requests and watches on connections that take no more', async () => {
    const issuer = newCertificateAuthority('the CA')
    const server = createSecureServer(newCertificate({ name: 'leaving', issuer }))
    const sessions = new Set<unknown>()
    const heard: string[] = []
    server.on('session', session => closing.push(() => session.destroy()))
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined)
      sessions.add(stream.session)
      const path = headers[':path'] ?? ''
      heard.push(path)
      const isWatch = path.includes('watch=')
      if (isWatch || path.endsWith('/a')) stream.respond({ ':status': 200, 'content-type': 'application/json' })
      if (path.endsWith('/a')) stream.end(JSON.stringify(OBJECT))
      else stream.session?.goaway(0)
    })
    const client = open({ server: `https://127.0.0.1:${await portOf(server)}`, caPem: issuer.cert })
    const held = [failureOf(get(client, 'held')), failureOf(watch(client))]
    await eventually(() => heard.length === 2)
    // By these the client knows that the others take no more.
    await get(client, 'a')
    held.push(failureOf(watch(client)))
    await eventually(() => sessions.size === 4)
    await client.close()
    for (const failure of await Promise.all(held)) expect(failure).toMatchObject(ABORTED)
  }, 30_000)

  it('ends requests over HTTP/1.1 beside one whose connection broke', async () => {
    const { client, sockets, held } = await serveHttp1()
    const pending = failureOf(get(client, 'held'))
    await eventually(() => held.size === 1)
    expect(await failureOf(get(client, 'broken'))).toMatchObject({ kind: 'reset' })
    await get(client, 'a')
    await client.close()
    expect(await pending).toMatchObject(ABORTED)
    await eventually(() => sockets.size === 0)
  }, 30_000)

  it('ends a request whose token never comes', async () => {
    const client = open({
      server: 'https://127.0.0.1:1',
      token: { type: 'provider', token: () => new Promise(() => undefined) },
    })
    const pending = failureOf(get(client, 'a'))
    await client.close()
    expect(await pending).toMatchObject(ABORTED)
  }, 30_000)
})

describe('HTTP/1.1 connections that are not used any more', () => {
  it('are closed when the last request on them has ended', async () => {
    const { client, sockets, held, release } = await serveHttp1()
    const pending = ['held', 'held', 'held'].map(name => get(client, name))
    await eventually(() => held.size === 3)
    expect(await failureOf(get(client, 'broken'))).toMatchObject({ kind: 'reset' })
    await get(client, 'a')
    const [latest] = [...sockets].toReversed()
    expect(sockets.size).toBe(4)
    release()
    await Promise.all(pending)
    await eventually(() => sockets.size === 1)
    expect([...sockets]).toEqual([latest])
    await get(client, 'a')
    expect(sockets.size).toBe(1)
  }, 30_000)
})
