import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { newClient } from '../kube/new-client.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import { planAdoption } from './adopt-managed-fields.ts'
import { resolveConnection } from './connection.ts'
import type { Member } from './member.ts'
import { type MemberRegistry, newMemberRegistry } from './member-registry.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const TEST_TIMEOUT_MS = 120_000

async function eventually<T>(read: () => T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const value = read()
    if (value !== undefined) return value
    if (Date.now() > deadline) throw new Error('it did not happen')
    await sleep(systemClock, 10)
  }
}

const configMap = (name: string, data: Record<string, string>, managed = true): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...(managed ? { labels: { 'karmada.io/managed': 'true' } } : {}) },
  data,
})

describe('members', () => {
  let server: Apiserver
  let registry: MemberRegistry
  let member: Member
  let client: Client

  beforeAll(async () => {
    server = await startApiserver({ name: 'member' })
    registry = newMemberRegistry({
      clock: systemClock,
      log: silentLog,
      newClient: config => newClient(config),
      newDiscovery: each => newDiscovery(each),
      isReady: () => true,
    })
    const kubeconfig = Buffer.from(server.cluster.kubeconfig).toString('base64')
    registry.connect('m', resolveConnection('m', {}, { kubeconfig }))
    const candidate = await eventually(() => registry.candidate('m'))
    registry.admit(candidate)
    member = await eventually(() => registry.get('m'))
    client = member.client
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    registry?.stop()
    await server?.stop()
  })

  it(
    'watch only what we manage, and tell what others added',
    async () => {
      const informer = member.informer(CONFIG_MAP)
      expect(member.informer(CONFIG_MAP)).toBe(informer)
      await client.create(CONFIG_MAP, configMap('theirs', {}, false))
      await client.apply(CONFIG_MAP, configMap('ours', { a: '1' }))
      const ours = await eventually(() => informer.get({ namespace: 'default', name: 'ours' }))
      expect(ours).not.toHaveProperty('flotillaForeignFields')
      expect(ours.metadata).not.toHaveProperty('managedFields')

      const body = { data: { b: '2' }, metadata: { annotations: { note: 'stays' } } }
      await client.patch(CONFIG_MAP, keyOf(ours), { type: 'merge', body }, { fieldManager: 'kubectl-edit' })
      const foreign = await eventually(
        () => informer.get({ namespace: 'default', name: 'ours' })?.flotillaForeignFields,
      )
      expect(foreign).toEqual([{ path: '/data/b', manager: 'kubectl-edit', keys: ['f:data', 'f:b'] }])
      expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(['ours'])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'take over what Karmada wrote, so that a key that is no longer declared goes away',
    async () => {
      const object = configMap('adopted', { keep: '1', drop: '2' })
      const created = await client.create(CONFIG_MAP, object, { fieldManager: 'karmada-controller-manager' })
      const wanted = configMap('adopted', { keep: '1' })
      const without = await client.apply(CONFIG_MAP, wanted)
      expect(without['data']).toEqual({ keep: '1', drop: '2' })

      const adoption = planAdoption(without) ?? []
      const adopted = await client.patch(CONFIG_MAP, keyOf(created), { type: 'json', body: adoption })
      expect(planAdoption(adopted)).toBeUndefined()
      const applied = await client.apply(CONFIG_MAP, wanted)
      expect(applied['data']).toEqual({ keep: '1' })
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'refuse an adoption that was planned before somebody else wrote',
    async () => {
      const options = { fieldManager: 'karmada-controller-manager' }
      const created = await client.create(CONFIG_MAP, configMap('raced', { a: '1' }), options)
      await client.patch(CONFIG_MAP, keyOf(created), { type: 'merge', body: { data: { a: '2' } } })
      const adoption = planAdoption(created) ?? []
      await expect(client.patch(CONFIG_MAP, keyOf(created), { type: 'json', body: adoption })).rejects.toMatchObject({
        code: 409,
      })
    },
    TEST_TIMEOUT_MS,
  )
})
