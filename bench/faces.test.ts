import { createSecureServer, type Http2SecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { NAMESPACE } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { newClient } from '../src/kube/new-client.ts'
import { newCertificate, newCertificateAuthority } from '../src/testing/certificates.ts'
import { type Face, startFaces } from './faces.ts'
import { CONFIG_MAP } from './workload.ts'

const KUBE_SYSTEM = { namespace: '', name: 'kube-system' }
const asked: string[] = []
let server: Http2SecureServer
let faces: readonly Face[]
let clients: readonly Client[]

beforeAll(async () => {
  const authority = newCertificateAuthority('ca')
  server = createSecureServer(newCertificate({ name: 'apiserver', issuer: authority }))
  server.on('stream', async (stream, headers) => {
    const path = String(headers[':path'])
    asked.push(`${headers[':method']} ${path}`)
    stream.respond({ ':status': 200, 'content-type': 'application/json' })
    if (path.includes('configmaps'))
      return stream.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }))
    const body = await stream.toArray()
    const sent = body.length === 0 ? {} : JSON.parse(Buffer.concat(body).toString('utf8'))
    const metadata = { name: 'kube-system', uid: 'real', ...sent.metadata }
    stream.end(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  faces = await startFaces({ url: `https://127.0.0.1:${port}`, ca: authority.cert, token: 't' }, ['c1', 'c2'])
  clients = faces.map(({ name, endpoint }) =>
    newClient({ name, server: endpoint.url, caPem: endpoint.ca }, { limits: { maxDialBackoffMs: 1 } }),
  )
})

afterAll(async () => {
  await Promise.all([...clients.map(client => client.close()), ...faces.map(face => face.stop())])
  server.close()
})

it('each face is another cluster, and always the same', async () => {
  const read = async (client: Client) => (await client.get(NAMESPACE, KUBE_SYSTEM)).metadata.uid
  const [first, second] = await Promise.all(clients.map(read))
  expect(new Set(['real', first, second]).size).toBe(3)
  expect(await Promise.all(clients.map(read))).toEqual([first, second])
})

it('a face shows of what is managed its own, and passes everything else on', async () => {
  const [client] = clients
  await client?.list(CONFIG_MAP, { labelSelector: 'karmada.io/managed=true' })
  expect(decodeURIComponent(asked.at(-1) ?? '')).toContain(
    'labelSelector=karmada.io/managed=true,bench.flotilla.dev/face=c1',
  )
  const metadata = { name: 'shop', labels: { a: 'b' } }
  const created = await client?.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata })
  expect(asked.at(-1)).toMatch(/^POST \/api\/v1\/namespaces/)
  expect(created?.metadata.labels).toEqual({ a: 'b' })
})

it.each(['silent', 'refusing'] as const)('a face that is %s does not answer, and others do', async behaviour => {
  const [ill, well] = clients
  await faces[0]?.become(behaviour)
  await expect(ill?.get(NAMESPACE, KUBE_SYSTEM, { timeoutMs: 500 })).rejects.toThrow()
  expect(await well?.get(NAMESPACE, KUBE_SYSTEM)).toBeDefined()
  await faces[0]?.become('well')
  const answers = () => ill?.probe('/readyz').catch(() => undefined)
  let answer = await answers()
  while (answer === undefined) answer = await answers()
  expect(answer.statusCode).toBe(200)
})
