import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { NAMESPACE, type Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { eventually, newTestClient } from '../testing/apiserver-client.ts'
import { silentLog } from '../testing/silent-log.ts'
import { systemClock } from './clock.ts'
import { type InformerOptions, newInformer, type RunningInformer } from './informer.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
/** Restarts of an apiserver take three seconds on an idle machine, minutes on one that compiles. */
const TIMEOUT_MS = 300_000

let server: Apiserver
let client: Client
let namespace: string
let cases = 0
const running: RunningInformer[] = []

beforeAll(async () => {
  server = await startApiserver()
  // Short pings: a silent connection is to be found within the test.
  client = newTestClient(server.cluster.endpoint, { limits: { pingIntervalMs: 500, pingTimeoutMs: 3000 } })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await server?.stop()
}, START_TIMEOUT_MS)

beforeEach(async () => {
  namespace = `case-${++cases}`
  await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
}, TIMEOUT_MS)

afterEach(() => {
  for (const informer of running.splice(0)) informer.stop()
})

function start(options: Partial<InformerOptions> = {}, through: Pick<Client, 'name' | 'listPage' | 'watch'> = client) {
  const told: string[] = []
  const informer = newInformer(
    { client: through, clock: systemClock, log: silentLog },
    { resource: CONFIG_MAP, query: { namespace }, backoff: { baseMs: 50, maxMs: 500 }, ...options },
  )
  informer.addHandler(change => void told.push(`${change.type} ${change.object.metadata.name}`))
  running.push(informer)
  return { informer, told }
}

const configMap = (name: string, data: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
  data,
})

const create = (name: string, data?: Record<string, string>) => client.create(CONFIG_MAP, configMap(name, data))
const remove = (name: string) => client.delete(CONFIG_MAP, { namespace, name })
const dataOf = (informer: RunningInformer, name: string) => informer.get({ namespace, name })?.['data']

describe('an informer', () => {
  it(
    'lists in pages and follows changes; what it gives is frozen and has no managedFields',
    async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name)
      const { informer, told } = start({ pageSize: 2 })
      await informer.waitForSync()
      expect([...told].sort()).toEqual(['added a', 'added b', 'added c', 'added d', 'added e'])
      await client.update(CONFIG_MAP, configMap('a', { v: '2' }))
      await remove('b')
      await eventually(() => told.length === 7)
      expect(told.slice(5)).toEqual(['updated a', 'deleted b'])
      const object = informer.get({ namespace, name: 'a' })
      expect(Object.isFrozen(object?.metadata)).toBe(true)
      expect(object?.metadata.managedFields).toBeUndefined()
      expect(informer.state.phase).toBe('watching')
    },
    TIMEOUT_MS,
  )

  it(
    'lists by stream where asked to',
    async () => {
      for (const name of ['a', 'b']) await create(name)
      const { informer, told } = start({ listMode: 'stream' })
      await informer.waitForSync()
      expect([...told].sort()).toEqual(['added a', 'added b'])
      await create('c')
      await eventually(() => told.includes('added c'))
      expect(informer.state.phase).toBe('watching')
    },
    TIMEOUT_MS,
  )

  it(
    'reads own writes at once and is told of each once',
    async () => {
      const { informer, told } = start()
      await informer.waitForSync()
      informer.observe(await create('own', { v: '1' }))
      expect(dataOf(informer, 'own')).toEqual({ v: '1' })
      informer.observe(await client.update(CONFIG_MAP, configMap('own', { v: '2' })))
      expect(dataOf(informer, 'own')).toEqual({ v: '2' })
      await create('mark')
      await eventually(() => told.includes('added mark'))
      expect(told).toEqual(['added own', 'updated own', 'added mark'])
    },
    TIMEOUT_MS,
  )

  it(
    'with a selector drops what an own write took out of it',
    async () => {
      await client.create(CONFIG_MAP, configMap('x', {}, { ours: 'true' }))
      const { informer, told } = start({ query: { namespace, labelSelector: 'ours=true' } })
      await informer.waitForSync()
      informer.observe(await client.update(CONFIG_MAP, configMap('x')))
      await eventually(() => told.includes('deleted x'))
      expect(informer.list()).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'goes on by itself when the server ends a watch',
    async () => {
      const { informer, told } = start({ timing: { serverTimeoutSeconds: 1 } })
      await informer.waitForSync()
      for (const name of ['a', 'b', 'c']) {
        await create(name)
        await new Promise(resolve => setTimeout(resolve, 1200))
      }
      await eventually(() => told.length === 3)
      expect(told).toEqual(['added a', 'added b', 'added c'])
      expect(informer.lastError).toBeUndefined()
    },
    TIMEOUT_MS,
  )

  it(
    'survives the restart of the apiserver, with no change told twice',
    async () => {
      await create('before')
      const { informer, told } = start()
      await informer.waitForSync()
      await server.cluster.kill('apiserver')
      await eventually(() => informer.lastError !== undefined)
      await server.cluster.start('apiserver')
      await create('after')
      await eventually(() => told.includes('added after') && informer.lastError === undefined)
      expect(told).toEqual(['added before', 'added after'])
    },
    TIMEOUT_MS,
  )

  it(
    'survives compaction: the version to resume from is gone, and only differences are told',
    async () => {
      for (const name of ['same', 'changed', 'gone']) await create(name)
      const valve = newValve(client)
      const { informer, told } = start({}, valve.client)
      await create('mark')
      await eventually(() => told.includes('added mark'))
      // The list may have told of it: from the next change on the watch is open for sure.
      await remove('mark')
      await eventually(() => told.includes('deleted mark'))
      valve.close()
      await server.cluster.kill('apiserver')
      await eventually(() => informer.lastError !== undefined || informer.state.phase !== 'watching')
      await server.cluster.start('apiserver')
      await client.update(CONFIG_MAP, configMap('changed', { v: '2' }))
      await remove('gone')
      await create('new')
      await server.etcd.compact()
      await server.cluster.restart('apiserver')
      told.length = 0
      valve.open()
      await eventually(() => told.length === 3)
      expect([...told].sort()).toEqual(['added new', 'deleted gone', 'updated changed'])
      expect(valve.errors()).toContain(410)
    },
    TIMEOUT_MS,
  )

  it(
    'finds out a half-open connection and catches up',
    async () => {
      const { informer, told } = start()
      await informer.waitForSync()
      await server.cluster.pause('apiserver')
      const pausedMs = Date.now()
      await eventually(() => informer.lastError !== undefined)
      expect(Date.now() - pausedMs).toBeLessThan(20_000)
      await server.cluster.resume('apiserver')
      await create('after')
      await eventually(() => told.includes('added after') && informer.lastError === undefined)
    },
    TIMEOUT_MS,
  )

  it(
    'finds out a silent watch also where nothing pings, as behind a proxy that answers pings itself',
    async () => {
      const deaf = newTestClient(server.cluster.endpoint, { limits: { pingIntervalMs: 600_000 } })
      const { informer, told } = start({ timing: { silenceMs: 1000 } }, deaf)
      await informer.waitForSync()
      await server.cluster.pause('apiserver')
      await eventually(() => informer.lastError !== undefined)
      await server.cluster.resume('apiserver')
      await create('after')
      await eventually(() => told.includes('added after') && informer.lastError === undefined)
      informer.stop()
      await deaf.close()
    },
    TIMEOUT_MS,
  )
})

/** Holds new watches back while closed; remembers the codes of watches that failed. */
function newValve(real: Client) {
  let gate = Promise.withResolvers<void>()
  const codes: unknown[] = []
  gate.resolve()
  return {
    client: {
      name: real.name,
      listPage: real.listPage.bind(real),
      async *watch(...request: Parameters<Client['watch']>) {
        await gate.promise
        try {
          yield* real.watch(...request)
        } catch (error) {
          codes.push(error instanceof Error && 'code' in error ? error.code : error)
          throw error
        }
      },
    },
    close: () => {
      gate = Promise.withResolvers<void>()
    },
    open: () => gate.resolve(),
    errors: () => codes,
  }
}
