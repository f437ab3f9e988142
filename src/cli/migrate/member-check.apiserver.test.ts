import { expect, it } from '@jest/globals'
import { useApiserver } from '../../../e2e/test-apiserver.ts'
import { newInterpreter } from '../../interpreter/interpreter.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { DEPLOYMENT } from '../../parking/read-host-facts.ts'
import { checkMember } from './member-check.ts'

const apiserver = useApiserver()
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
    await apiserver.client.create(DEPLOYMENT, web({ name, ...live }), { fieldManager: 'karmada-controller-manager' })
  const before = live && (await apiserver.client.get(DEPLOYMENT, key))
  const manifest = web({ name, ...next })
  const row = await checkMember(
    { client: apiserver.client, discovery: newDiscovery(apiserver.client) },
    { cluster: 'm', object: `Deployment default/${name}`, manifest },
    { interpreter: newInterpreter(), signal: AbortSignal.timeout(30_000) },
  )
  expect(row).toEqual({ cluster: 'm', object: `Deployment default/${name}`, verdict, changes })
  if (before !== undefined) expect(await apiserver.client.get(DEPLOYMENT, key)).toEqual(before)
})
