import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { Resource } from '../api/kinds.ts'
import { eventually, newTestClient } from '../testing/apiserver-client.ts'
import type { Client } from './client.ts'
import type { RequestReport } from './new-client.ts'
import type { ClientLimits } from './server-config.ts'
import { isExpired, TransportError } from './status-error.ts'

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const CASE_TIMEOUT_MS = 180_000
const DEFAULT = { namespace: 'default' }

let server: Apiserver

beforeAll(async () => {
  server = await startApiserver()
}, START_TIMEOUT_MS)

// A case that failed half-way leaves the next one a server that runs.
afterEach(async () => {
  if (!server.cluster.isRunning('apiserver')) await server.cluster.start('apiserver')
}, CASE_TIMEOUT_MS)

afterAll(() => server?.stop(), CASE_TIMEOUT_MS)

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** A client, and a way to wait until so many of its watches are open. */
function newWatchingClient(
  of: Apiserver,
  limits: ClientLimits = {},
): { client: Client; opened(count: number): Promise<void> } {
  let open = 0
  const onRequest = ({ verb, code }: RequestReport): void => {
    if (verb === 'watch' && code === 200) open++
  }
  const patient = { timeoutMs: CASE_TIMEOUT_MS, connectTimeoutMs: CASE_TIMEOUT_MS, ...limits }
  const client = newTestClient(of.cluster.endpoint, { onRequest, limits: patient })
  return { client, opened: count => eventually(() => open >= count) }
}

/** Watches until the watch ends or fails. @returns why. */
async function watchToTheEnd(client: Client, resourceVersion: string): Promise<unknown> {
  const events = client.watch(CONFIG_MAP, DEFAULT, { resourceVersion })
  return failureOf(
    (async () => {
      for await (const _ of events);
    })(),
  )
}

/** Asks until an answer comes, as every caller does. */
async function untilAnswered(client: Client): Promise<void> {
  const deadlineMs = Date.now() + CASE_TIMEOUT_MS
  while ((await failureOf(client.list(CONFIG_MAP, DEFAULT))) !== undefined) {
    if (Date.now() > deadlineMs) throw new Error('no answer again')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}

describe('an apiserver that fails', () => {
  it(
    'ends watches and requests when it is killed, and serves them again on the same client once it is back',
    async () => {
      const { client, opened } = newWatchingClient(server)
      const { resourceVersion } = await client.list(CONFIG_MAP, DEFAULT)
      const watches = Array.from({ length: 10 }, () => watchToTheEnd(client, resourceVersion))
      await opened(10)
      await server.cluster.kill('apiserver')
      for (const end of await Promise.all(watches)) expect(end).toMatchObject({ kind: 'reset' })
      const refused = await Promise.all(Array.from({ length: 50 }, () => failureOf(client.list(CONFIG_MAP, DEFAULT))))
      for (const failure of refused) expect(failure).toBeInstanceOf(TransportError)
      await server.cluster.start('apiserver')
      await untilAnswered(client)
      await client.close()
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is found silent when it is stopped, within the limits of request and ping',
    async () => {
      const { client, opened } = newWatchingClient(server, { pingIntervalMs: 500, pingTimeoutMs: 3000 })
      const { resourceVersion } = await client.list(CONFIG_MAP, DEFAULT)
      const watching = watchToTheEnd(client, resourceVersion)
      await opened(1)
      await server.cluster.pause('apiserver')
      try {
        expect(await failureOf(client.list(CONFIG_MAP, DEFAULT, { timeoutMs: 1000 }))).toMatchObject({
          kind: 'timeout',
        })
        expect(await watching).toMatchObject({ kind: 'timeout', message: expect.stringContaining('silent') })
        expect(await failureOf(client.list(CONFIG_MAP, DEFAULT, { timeoutMs: 1000 }))).toMatchObject({
          kind: 'connect-timeout',
          message: expect.stringContaining('nothing answers the TLS handshake'),
        })
      } finally {
        await server.cluster.resume('apiserver')
      }
      await untilAnswered(client)
      await client.close()
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'says that a resource version is too old after a compaction and a restart',
    async () => {
      const { client } = newWatchingClient(server)
      const { resourceVersion } = await client.list(CONFIG_MAP, DEFAULT)
      const name = 'compacted'
      await client.apply(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...DEFAULT, name } })
      await client.delete(CONFIG_MAP, { ...DEFAULT, name })
      await server.etcd.compact()
      await server.cluster.restart('apiserver')
      await untilAnswered(client)
      expect(isExpired(await watchToTheEnd(client, resourceVersion))).toBe(true)
      await client.close()
    },
    CASE_TIMEOUT_MS,
  )
})

describe('a server without HTTP/2', () => {
  let old: Apiserver
  beforeAll(async () => {
    old = await startApiserver({ name: 'old', apiserverFlags: ['--disable-http2-serving'] })
  }, START_TIMEOUT_MS)
  afterAll(() => old?.stop(), CASE_TIMEOUT_MS)

  it(
    'is served over HTTP/1.1: requests, watches, and both again after a restart',
    async () => {
      const { client, opened } = newWatchingClient(old)
      const { resourceVersion } = await client.list(CONFIG_MAP, DEFAULT)
      const watching = watchToTheEnd(client, resourceVersion)
      const names = Array.from({ length: 40 }, (_, i) => `n${i}`)
      await Promise.all(
        names.map(name =>
          client.apply(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...DEFAULT, name } }),
        ),
      )
      expect((await client.list(CONFIG_MAP, DEFAULT)).items.length).toBeGreaterThanOrEqual(40)
      await opened(1)
      await old.cluster.kill('apiserver')
      expect(await watching).toMatchObject({ kind: 'reset' })
      expect(await failureOf(client.list(CONFIG_MAP, DEFAULT))).toBeInstanceOf(TransportError)
      await old.cluster.start('apiserver')
      await untilAnswered(client)
      await client.close()
    },
    CASE_TIMEOUT_MS,
  )
})
