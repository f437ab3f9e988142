import { createSecureServer } from 'node:http2'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import { newClient } from './new-client.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const ADDED = {
  type: 'ADDED',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default', resourceVersion: '2' } },
}
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function portOf(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Passes everything on until it is told to swallow it: what stands then is half open. */
async function startRelay(port: number): Promise<{ readonly port: number; readonly swallow: () => void }> {
  let swallows = false
  const server = createServer(near => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => swallows || to.write(chunk))
      from.on('error', () => undefined)
      closing.push(() => from.destroy())
    }
  })
  return { port: await portOf(server), swallow: () => (swallows = true) }
}

it('a watch on a connection that takes no more requests is found silent like any other', async () => {
  const issuer = newCertificateAuthority('the CA')
  const server = createSecureServer(newCertificate({ name: 'leaving', issuer }))
  server.on('session', session => closing.push(() => session.destroy()))
  server.on('stream', stream => {
    stream.on('error', () => undefined)
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
    stream.write(`${JSON.stringify(ADDED)}\n`)
    stream.session?.goaway(0)
  })
  const relay = await startRelay(await portOf(server))
  const client = newClient(
    { name: 'm', server: `https://127.0.0.1:${relay.port}`, caPem: issuer.cert },
    { limits: { pingIntervalMs: 200, pingTimeoutMs: 300 } },
  )
  closing.push(() => void client.close())
  const watching = async (): Promise<void> => {
    // What is in flight goes on; then nothing comes any more, and no end either.
    for await (const _ of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })) setTimeout(relay.swallow, 100)
  }
  await expect(watching()).rejects.toMatchObject({ kind: 'timeout', message: expect.stringContaining('silent') })
}, 30_000)
