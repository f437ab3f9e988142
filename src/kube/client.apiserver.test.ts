import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { waitFor } from '../../e2e/controlplane/wait.ts'
import { CUSTOM_RESOURCE_DEFINITION, NAMESPACE, type Resource } from '../api/kinds.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import type { Client, WatchEvent } from './client.ts'
import { newDiscovery } from './discovery.ts'
import { newClient, type RequestReport } from './new-client.ts'
import type { ServerConfig } from './server-config.ts'
import { isAborted, isAlreadyExists, isConflict, isNotFound, isUnauthorized } from './status-error.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const CASE_TIMEOUT_MS = 60_000

let server: Apiserver
let client: Client
let config: ServerConfig
const reports: RequestReport[] = []

beforeAll(async () => {
  server = await startApiserver()
  const { url, ca, token } = server.cluster.endpoint
  config = { name: 'm', server: url, caPem: ca, token: { type: 'static', token } }
  client = newTestClient(server.cluster.endpoint, { onRequest: report => reports.push(report) })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await server?.stop()
}, CASE_TIMEOUT_MS)

let namespaces = 0
async function newNamespace(): Promise<string> {
  const name = `case-${++namespaces}`
  await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  return name
}

const configMap = (namespace: string, name: string, data: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name },
  data,
})

const objectOf = (resource: Resource, metadata: KubeObject['metadata']): KubeObject => ({
  apiVersion: formatApiVersion(resource),
  kind: resource.kind,
  metadata,
})

/** Defines a kind, and waits until it is served. */
async function newCustomKind(): Promise<Resource> {
  const resource = { group: 'echo.example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true }
  const { group, plural, kind } = resource
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  await client.create(CUSTOM_RESOURCE_DEFINITION, {
    ...objectOf(CUSTOM_RESOURCE_DEFINITION, { name: `${plural}.${group}` }),
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, kind },
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  })
  await waitFor(() => client.list(resource, {}), { until: 'widgets are served', timeoutMs: 30_000, everyMs: 100 })
  return resource
}

/** Reads events until `count` came or the watch ends. */
async function take(events: AsyncIterable<WatchEvent>, count: number): Promise<readonly WatchEvent[]> {
  const taken: WatchEvent[] = []
  for await (const event of events) if (taken.push(event) === count) break
  return taken
}

describe('objects', () => {
  it(
    'creates, reads, updates, patches and deletes',
    async () => {
      const namespace = await newNamespace()
      const created = await client.create(CONFIG_MAP, configMap(namespace, 'a', { x: '1' }))
      await client.update(CONFIG_MAP, { ...created, data: { x: '2' } })
      const patched = await client.patch(CONFIG_MAP, keyOf(created), { type: 'merge', body: { data: { y: '3' } } })
      expect(patched['data']).toEqual({ x: '2', y: '3' })
      const test = [
        { op: 'test', path: '/data/x', value: '2' },
        { op: 'remove', path: '/data/x' },
      ] as const
      await client.patch(CONFIG_MAP, keyOf(created), { type: 'json', body: test })
      expect((await client.get(CONFIG_MAP, keyOf(created)))['data']).toEqual({ y: '3' })
      await client.delete(CONFIG_MAP, keyOf(created), { uid: created.metadata.uid ?? '' })
      expect(isNotFound(await failureOf(client.get(CONFIG_MAP, keyOf(created))))).toBe(true)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'tells conflicts and existing objects apart, and deletes no later incarnation',
    async () => {
      const namespace = await newNamespace()
      const created = await client.create(CONFIG_MAP, configMap(namespace, 'a'))
      await client.update(CONFIG_MAP, { ...created, data: { x: '2' } })
      expect(isConflict(await failureOf(client.update(CONFIG_MAP, created)))).toBe(true)
      expect(isAlreadyExists(await failureOf(client.create(CONFIG_MAP, configMap(namespace, 'a'))))).toBe(true)
      expect(isConflict(await failureOf(client.delete(CONFIG_MAP, keyOf(created), { uid: 'another' })))).toBe(true)
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'applies as our field manager, takes fields over by force and not without',
    async () => {
      const namespace = await newNamespace()
      const applied = await client.apply(CONFIG_MAP, configMap(namespace, 'a', { x: '1' }), { fieldManager: 'other' })
      const forced = await client.apply(CONFIG_MAP, configMap(namespace, 'a', { x: '2' }))
      expect(forced.metadata.managedFields?.map(entry => entry.manager)).toContain('flotilla')
      const gentle = client.apply(CONFIG_MAP, configMap(namespace, 'a', { x: '3' }), {
        fieldManager: 'third',
        force: false,
      })
      expect(isConflict(await failureOf(gentle))).toBe(true)
      await client.apply(CONFIG_MAP, configMap(namespace, 'b'), { dryRun: true })
      expect(isNotFound(await failureOf(client.get(CONFIG_MAP, { namespace, name: 'b' })))).toBe(true)
      expect(applied.metadata.name).toBe('a')
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'lists page by page, with the kind that lists leave out',
    async () => {
      const namespace = await newNamespace()
      await Promise.all(['a', 'b', 'c'].map(name => client.create(CONFIG_MAP, configMap(namespace, name))))
      const page = await client.listPage(CONFIG_MAP, { namespace, limit: 2 })
      expect(page.items).toHaveLength(2)
      const rest = await client.listPage(CONFIG_MAP, { namespace, limit: 2, continue: page.continue ?? '' })
      expect(rest.continue).toBeUndefined()
      expect([...page.items, ...rest.items].map(object => `${object.kind} ${object.metadata.name}`)).toEqual(
        expect.arrayContaining(['ConfigMap a', 'ConfigMap b', 'ConfigMap c']),
      )
      expect((await client.list(CONFIG_MAP, { namespace, fieldSelector: 'metadata.name=b' })).items).toHaveLength(1)
      const [bare] = (await client.list(CONFIG_MAP, { namespace, content: 'metadata' })).items
      expect(bare).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { namespace } })
      expect(bare).not.toHaveProperty('data')
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'does not write once the fence has fallen',
    async () => {
      const fenced = newClient(config, {
        fence: () => {
          throw new Error('lease lost')
        },
      })
      expect(String(await failureOf(fenced.create(CONFIG_MAP, configMap('default', 'a'))))).toMatch(/lease lost/)
      expect(String(await failureOf(fenced.delete(CONFIG_MAP, { namespace: 'default', name: 'a' })))).toMatch(
        /lease lost/,
      )
      expect((await fenced.probe('/readyz')).statusCode).toBe(200)
      await fenced.close()
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'reports requests in the words of metrics',
    async () => {
      reports.length = 0
      await client.list(CONFIG_MAP, { namespace: 'default' })
      await failureOf(client.get(CONFIG_MAP, { namespace: 'default', name: 'none' }))
      expect(reports).toMatchObject([
        { verb: 'list', code: 200, resource: CONFIG_MAP },
        { verb: 'get', code: 404 },
      ])
    },
    CASE_TIMEOUT_MS,
  )
})

describe('watches', () => {
  it(
    'follows changes from a resource version',
    async () => {
      const namespace = await newNamespace()
      const { resourceVersion } = await client.list(CONFIG_MAP, { namespace })
      const events = take(client.watch(CONFIG_MAP, { namespace }, { resourceVersion }), 3)
      await client.create(CONFIG_MAP, configMap(namespace, 'a'))
      await client.apply(CONFIG_MAP, configMap(namespace, 'a', { x: '1' }))
      await client.delete(CONFIG_MAP, { namespace, name: 'a' })
      expect((await events).map(event => event.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    },
    CASE_TIMEOUT_MS,
  )

  it.each([
    { of: 'a built-in kind', resourceOf: async (): Promise<Resource> => CONFIG_MAP },
    { of: 'a custom resource', resourceOf: newCustomKind },
  ])(
    'tells of a version that an own write has made as an echo: $of',
    async ({ resourceOf }) => {
      const [namespace, resource] = [await newNamespace(), await resourceOf()]
      const { resourceVersion } = await client.list(resource, { namespace })
      const create = (name: string): Promise<KubeObject> =>
        client.create(resource, objectOf(resource, { namespace, name }))
      const [own, other] = [await create('own'), await create('other')]
      const uidOfOwnWrite = (version: string): string | undefined =>
        version === own.metadata.resourceVersion ? own.metadata.uid : undefined
      const events = await take(client.watch(resource, { namespace }, { resourceVersion, uidOfOwnWrite }), 2)
      expect(events).toMatchObject([
        { type: 'ECHO', resourceVersion: own.metadata.resourceVersion },
        { type: 'ADDED', object: { metadata: { uid: other.metadata.uid } } },
      ])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'streams a list and tells its end by a bookmark',
    async () => {
      const namespace = await newNamespace()
      await client.create(CONFIG_MAP, configMap(namespace, 'a'))
      const events = await take(
        client.watch(CONFIG_MAP, { namespace }, { resourceVersion: '', sendInitialEvents: true }),
        2,
      )
      expect(events).toMatchObject([{ type: 'ADDED' }, { type: 'BOOKMARK', initialEventsEnd: true }])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'ends when the server ends it',
    async () => {
      // In a namespace of its own: apiservers keep some of theirs in others.
      const namespace = await newNamespace()
      const { resourceVersion } = await client.list(CONFIG_MAP, { namespace })
      const events = await take(client.watch(CONFIG_MAP, { namespace }, { resourceVersion, timeoutSeconds: 1 }), 1000)
      expect(events.filter(event => event.type !== 'BOOKMARK')).toEqual([])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'rejects when the caller aborts',
    async () => {
      const { resourceVersion } = await client.list(CONFIG_MAP, { namespace: 'default' })
      const controller = new AbortController()
      const watching = take(
        client.watch(CONFIG_MAP, { namespace: 'default' }, { resourceVersion, signal: controller.signal }),
        1000,
      )
      setTimeout(() => controller.abort(), 200)
      expect(isAborted(await failureOf(watching))).toBe(true)
    },
    CASE_TIMEOUT_MS,
  )
})

describe('many at once', () => {
  it(
    'has 300 requests and 150 watches in flight, neither starving the other',
    async () => {
      const namespace = await newNamespace()
      const { resourceVersion } = await client.list(CONFIG_MAP, { namespace })
      const names = Array.from({ length: 300 }, (_, i) => `n${i}`)
      const seen = Array.from({ length: 150 }, () =>
        take(client.watch(CONFIG_MAP, { namespace, fieldSelector: 'metadata.name=n7' }, { resourceVersion }), 1),
      )
      await Promise.all(names.map(name => client.create(CONFIG_MAP, configMap(namespace, name))))
      expect((await client.list(CONFIG_MAP, { namespace })).items).toHaveLength(300)
      expect((await Promise.all(seen)).every(events => events[0]?.type === 'ADDED')).toBe(true)
    },
    3 * CASE_TIMEOUT_MS,
  )

  it(
    'keeps to its rate limit',
    async () => {
      const limited = newClient(config, { limits: { qps: 20, burst: 2 } })
      await limited.probe('/livez')
      const startMs = performance.now()
      await Promise.all(Array.from({ length: 11 }, () => limited.probe('/livez')))
      expect(performance.now() - startMs).toBeGreaterThan(400)
      await limited.close()
    },
    CASE_TIMEOUT_MS,
  )
})

describe('identity', () => {
  it(
    'takes a token that was replaced in its file at once when the old one is refused',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'token-'))
      const path = join(directory, 'token')
      writeFileSync(path, 'wrong')
      const rotating = newClient({ ...config, token: { type: 'file', path } })
      expect(isUnauthorized(await failureOf(rotating.list(CONFIG_MAP)))).toBe(true)
      writeFileSync(path, `${server.cluster.endpoint.token}\n`)
      expect((await rotating.list(CONFIG_MAP)).resourceVersion).toMatch(/^\d+$/)
      await rotating.close()
      rmSync(directory, { recursive: true })
    },
    CASE_TIMEOUT_MS,
  )

  it.each<{ name: string; change: () => Partial<ServerConfig>; want: object }>([
    { name: 'another CA', change: () => ({ caPem: rootCertificates[0] ?? '' }), want: { kind: 'tls-ca' } },
    { name: 'a CA that is no PEM', change: () => ({ caPem: 'CA' }), want: { kind: 'credentials' } },
    { name: 'another name', change: () => ({ serverName: 'elsewhere.example' }), want: { kind: 'tls-name' } },
    { name: 'a closed port', change: () => ({ server: 'https://127.0.0.1:1' }), want: { kind: 'refused' } },
    { name: 'an unknown host', change: () => ({ server: 'https://no-such-host.invalid' }), want: { kind: 'dns' } },
    { name: 'http on its https port', change: () => ({ server: config.server.replace('https', 'http') }), want: {} },
    { name: 'an unknown proxy', change: () => ({ proxyUrl: 'http://127.0.0.1:1' }), want: { kind: 'proxy' } },
    { name: 'an odd proxy', change: () => ({ proxyUrl: 'gopher://127.0.0.1:1' }), want: { kind: 'proxy' } },
  ])(
    'names the cause: $name',
    async ({ change, want }) => {
      const wrong = newClient({ ...config, ...change() })
      const failure = await failureOf(wrong.list(CONFIG_MAP))
      expect(failure).toMatchObject(want)
      expect(String(failure)).not.toContain(server.cluster.endpoint.token)
      await wrong.close()
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'connects unverified only when told so',
    async () => {
      const { caPem: _, ...unverified } = config
      const careless = newClient({ ...unverified, insecureSkipTlsVerify: true })
      expect((await careless.probe('/readyz')).body).toBe('ok')
      await careless.close()
    },
    CASE_TIMEOUT_MS,
  )
})

describe('discovery', () => {
  it(
    'finds resources by kind and all that is served',
    async () => {
      const discovery = newDiscovery(client)
      const deployments = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true }
      expect(await discovery.resourceFor({ group: 'apps', version: 'v1', kind: 'Deployment' })).toEqual(deployments)
      expect(await discovery.resourceFor({ group: 'none', version: 'v1', kind: 'None' })).toBeUndefined()
      const served = await discovery.readAll()
      expect(served).toMatchObject({ state: 'complete', errors: [] })
      expect(served.groupVersions.find(({ groupVersion }) => groupVersion === 'v1')?.resources).toContainEqual({
        name: 'pods',
        kind: 'Pod',
      })
      reports.length = 0
      expect(await discovery.readAll()).toBe(served)
      expect(reports.map(report => report.code)).toEqual([304, 304])
      expect((await discovery.serverVersion()).gitVersion).toMatch(/^v1\./)
    },
    CASE_TIMEOUT_MS,
  )

  it.each([
    { group: 'apps', version: 'v1\r\n' },
    { group: 'apps', version: 'v1/deployments' },
    { group: '../api', version: 'v1' },
    { group: '..', version: 'api' },
    { group: 'apps', version: 'v1?limit=1' },
    { group: '', version: '' },
    { group: 'Apps', version: 'v1' },
    { group: 'a'.repeat(300), version: 'v1' },
  ])('asks for nothing that no server can serve: $group, $version', async gv => {
    reports.length = 0
    expect(await newDiscovery(client).resourceFor({ ...gv, kind: 'Deployment' })).toBeUndefined()
    expect(reports).toEqual([])
  })

  it(
    'asks version by version where the server has no aggregated discovery',
    async () => {
      const older = newDiscovery({
        request: (method, path, ...rest) => client.request(method, path, ...rest),
        readDocument: (path, options) => client.readDocument(path, { ...options, accept: 'application/json' }),
      })
      const [old, current] = await Promise.all([older.readAll(), newDiscovery(client).readAll()])
      expect(old.state).toBe('complete')
      expect(old.groupVersions.map(({ groupVersion }) => groupVersion)).toEqual(
        current.groupVersions.map(({ groupVersion }) => groupVersion),
      )
    },
    CASE_TIMEOUT_MS,
  )
})

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}
