import { once } from 'node:events'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { Client } from '../../src/kube/client.ts'
import { newTestClient } from '../../src/testing/apiserver-client.ts'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'

let server: Http2SecureServer
let proxy: FaultProxy
let client: Client

beforeEach(async () => {
  const authority = newCertificateAuthority('apiserver-ca')
  server = createSecureServer(newCertificate({ name: 'apiserver', issuer: authority }), (_request, response) => {
    response.end('ok')
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  proxy = await startFaultProxy({ url: `https://127.0.0.1:${port}`, ca: authority.cert, token: 't' })
  client = newTestClient(proxy.endpoint, { limits: { timeoutMs: 2_000, maxDialBackoffMs: 1 } })
})

afterEach(async () => {
  await client.close()
  await proxy.stop()
  server.close()
})

const outcome = async (by = client): Promise<unknown> => {
  try {
    return (await by.probe('/readyz')).statusCode
  } catch (error) {
    return error instanceof Error && 'kind' in error ? error.kind : error
  }
}

it.each([
  { fault: 'failing', want: 500 },
  { fault: 'silent', want: 'timeout' },
  { fault: 'refusing', want: 'refused' },
] as const)('a connection that stands and a new one meet $fault, and after it the server again', async given => {
  expect(await outcome()).toBe(200)
  await proxy.become(given.fault)
  const met = [await outcome(), await outcome()]
  expect(met.at(-1)).toBe(given.want)
  await proxy.become('none')
  const healed = [await outcome(), await outcome(), await outcome()]
  expect(healed.at(-1)).toBe(200)
})

it('a connection that stands is reset, as by a machine that has lost it, and not ended in order', async () => {
  const socket = connect(Number(new URL(proxy.endpoint.url).port), '127.0.0.1')
  await once(socket, 'connect')
  const end = new Promise<string>(resolve => {
    socket.on('end', () => resolve('ended in order'))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  })
  socket.resume()
  await proxy.become('refusing')
  expect(await end).toBe('ECONNRESET')
})

it('slow answers come, half a second later', async () => {
  expect(await outcome()).toBe(200)
  await proxy.become('slow')
  const startMs = performance.now()
  expect(await outcome()).toBe(200)
  expect(performance.now() - startMs).toBeGreaterThan(400)
})

const openSocket = async (): Promise<Socket> => {
  const socket = connect(Number(new URL(proxy.endpoint.url).port), '127.0.0.1')
  await once(socket, 'connect')
  return socket.on('error', () => undefined).resume()
}

it.each(['none', 'slow', 'failing', 'refusing', 'silent'] as const)(
  'what was dropped once stays dead when the line becomes %s, and is not reset; new connections are served',
  async fault => {
    expect(await outcome()).toBe(200)
    const before = await openSocket()
    await proxy.become('dropping')
    const meanwhile = await openSocket()
    await proxy.become(fault)
    await proxy.become('none')
    const another = newTestClient(proxy.endpoint)
    try {
      expect(await outcome(another)).toBe(200)
      // A server that hears of a request that is none would answer, or hang up.
      for (const socket of [before, meanwhile]) socket.write('no TLS')
      expect(await outcome(another)).toBe(200)
      expect([before, meanwhile].map(({ readyState, bytesRead }) => [readyState, bytesRead])).toEqual([
        ['open', 0],
        ['open', 0],
      ])
    } finally {
      await another.close()
      for (const socket of [before, meanwhile]) socket.destroy()
    }
  },
)

it.each([
  {
    what: 'that pings finds out, and has another one',
    limits: { timeoutMs: 10_000, pingIntervalMs: 50, pingTimeoutMs: 1_000 },
    want: 200,
  },
  { what: 'that does not ping waits on it', limits: { timeoutMs: 2_000, pingIntervalMs: 60_000 }, want: 'timeout' },
])('of a connection that was dropped a client $what', async ({ limits, want }) => {
  const patient = newTestClient(proxy.endpoint, { limits: { maxDialBackoffMs: 1, ...limits } })
  try {
    expect(await outcome(patient)).toBe(200)
    await proxy.become('dropping')
    await proxy.become('none')
    const silent = await outcome(patient)
    expect([silent, await outcome(patient)].at(-1)).toBe(want)
  } finally {
    await patient.close()
  }
})
