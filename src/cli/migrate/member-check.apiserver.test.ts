import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../../e2e/controlplane/start-apiserver.ts'
import { newInterpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { DEPLOYMENT } from '../../parking/read-host-facts.ts'
import { newTestClient } from '../../testing/apiserver-client.ts'
import { checkMember } from './member-check.ts'

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

const MANAGED = { 'karmada.io/managed': 'true' }
interface Web {
  readonly name: string
  readonly image?: string
  readonly replicas?: number
  readonly labels?: Record<string, string>
  readonly app?: string
}
const web = ({ name, image = 'web:1', replicas = 2, labels = MANAGED, app = name }: Web): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels },
  spec: {
    replicas,
    selector: { matchLabels: { app } },
    template: { metadata: { labels: { app } }, spec: { containers: [{ name: 'web', image }] } },
  },
})

it.each([
  { name: 'same', live: {}, next: {}, verdict: 'same', changes: [] },
  { name: 'changes', live: {}, next: { replicas: 3 }, verdict: 'changes', changes: ['/spec/replicas: 2 -> 3'] },
  {
    name: 'restarts',
    live: {},
    next: { image: 'web:2' },
    verdict: 'restarts',
    changes: ['/spec/template/spec/containers/0/image: "web:1" -> "web:2"'],
  },
  { name: 'absent', live: undefined, next: {}, verdict: 'absent', changes: [] },
  { name: 'foreign', live: { labels: {} }, next: {}, verdict: 'foreign', changes: [] },
  {
    name: 'refused',
    live: {},
    next: { app: 'other' },
    verdict: 'refused',
    changes: [expect.stringContaining('immutable')],
  },
  {
    name: 'labels',
    live: { labels: { ...MANAGED, own: 'x' } },
    next: { labels: { ...MANAGED, more: 'y' } },
    verdict: 'same',
    changes: ['labels: more comes'],
  },
])('$name, and nothing is written', async ({ name, live, next, verdict, changes }) => {
  const key = { namespace: 'default', name }
  if (live !== undefined)
    await client.create(DEPLOYMENT, web({ name, ...live }), { fieldManager: 'karmada-controller-manager' })
  const before = live && (await client.get(DEPLOYMENT, key))
  const manifest = web({ name, ...next })
  const row = await checkMember(
    { client, discovery: newDiscovery(client) },
    { cluster: 'm', object: `Deployment default/${name}`, manifest },
    { interpreter: newInterpreter(), signal: AbortSignal.timeout(30_000) },
  )
  expect(row).toEqual({ cluster: 'm', object: `Deployment default/${name}`, verdict, changes })
  if (before !== undefined) expect(await client.get(DEPLOYMENT, key)).toEqual(before)
})
