import { createSecureServer, type Http2SecureServer } from 'node:http2'
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

beforeEach(async () => {
  asked = []
  const authority = newCertificateAuthority('apiserver-ca')
  const identity = newCertificate({ name: 'apiserver', issuer: authority })
  server = createSecureServer(identity, (request, response) => {
    asked.push(request.url)
    response.writeHead(200, { 'content-type': 'application/json' })
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

const clientOf = ({ endpoint }: StormProxy): Client =>
  newTestClient(endpoint, { limits: { timeoutMs: 2_000, maxRetries: 0 } })

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

it('a connection that never opens is given up, and what comes next gets through', async () => {
  const held: Socket[] = []
  const { port } = new URL(serving.url)
  let silent = true
  const front = createServer(socket => {
    socket.on('error', () => undefined)
    if (silent) return void held.push(socket)
    const through = connect(Number(port), '127.0.0.1').on('error', () => undefined)
    socket.pipe(through).pipe(socket)
  })
  await new Promise<void>(resolve => void front.listen(0, '127.0.0.1', resolve))
  const url = `https://127.0.0.1:${(front.address() as AddressInfo).port}`
  const behind = await startStormProxy({ ...serving, url }, () => 0.5, 100)
  const through = clientOf(behind)
  try {
    expect(await outcome(through)).toBe('TransportError')
    silent = false
    expect(await outcome(through)).toBe('a')
    expect(held.length).toBeGreaterThan(0)
  } finally {
    await through.close()
    await behind.stop()
    for (const socket of held) socket.destroy()
    front.close()
  }
})
