import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../../e2e/controlplane/start-apiserver.ts'
import { CONFIG_MAP } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import { newTestClient } from '../../testing/apiserver-client.ts'
import { compareWithLive } from './compare-with-live.ts'

let server: Apiserver
let client: Client
beforeAll(async () => {
  server = await startApiserver()
  client = newTestClient(server.cluster.endpoint)
}, START_TIMEOUT_MS)
afterAll(async () => {
  await client?.close()
  await server?.stop()
})

const manifest = (data: Readonly<Record<string, string>>, name = 'settings') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', labels: { 'karmada.io/managed': 'true' } },
  data,
})
const compare = (object: Parameters<typeof compareWithLive>[1]): Promise<string> =>
  compareWithLive({ client, discovery: newDiscovery(client), signal: AbortSignal.timeout(30_000) }, object)

it('shows all of what is not there', async () => {
  const text = await compare(manifest({ a: '1' }, 'absent'))
  expect(text).toContain(
    '--- ConfigMap default/absent (in the member)\n+++ ConfigMap default/absent (as it would be)\n',
  )
  expect(text).toContain('+  a: "1"\n')
  expect(text).not.toMatch(/^-[^-]/m)
})

it('shows what would change, with what is around it, and writes nothing', async () => {
  await client.apply(CONFIG_MAP, manifest({ a: '1', b: '2' }))
  expect(await compare(manifest({ a: '1', b: '2' }))).toBe('')
  const text = await compare(manifest({ a: '1', b: '3' }))
  expect(text).toContain('   a: "1"\n-  b: "2"\n+  b: "3"\n')
  expect((await client.get(CONFIG_MAP, { namespace: 'default', name: 'settings' }))['data']).toEqual({ a: '1', b: '2' })
})

it('says when the kind is not served', async () => {
  const lamp = { apiVersion: 'example.com/v1', kind: 'Lamp', metadata: { name: 'red' } }
  await expect(compare(lamp)).rejects.toThrow('the member does not serve example.com/v1 Lamp')
})
