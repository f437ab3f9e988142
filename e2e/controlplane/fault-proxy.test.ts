import { once } from 'node:events'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
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

const outcome = async (): Promise<unknown> => {
  try {
    return (await client.probe('/readyz')).statusCode
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
