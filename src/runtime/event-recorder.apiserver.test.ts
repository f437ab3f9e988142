import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { NAMESPACE, type Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { eventually, newTestClient } from '../testing/apiserver-client.ts'
import { silentLog } from '../testing/silent-log.ts'
import { systemClock } from './clock.ts'
import { newEventRecorder, type RecorderMetrics, type RecorderOptions, type RunningRecorder } from './event-recorder.ts'

const TIMEOUT_MS = 120_000
/** More than an operator would wait: a busy machine answers slowly. */
const FLUSH_MS = 60_000
const EVENT: Resource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true }
const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }

let server: Apiserver
let client: Client
let recorder: RunningRecorder | undefined

beforeAll(async () => {
  server = await startApiserver()
  client = newTestClient(server.cluster.endpoint)
}, START_TIMEOUT_MS)

afterEach(() => recorder?.stop(0))

afterAll(async () => {
  await client?.close()
  await server?.stop()
}, START_TIMEOUT_MS)

type Through = Partial<Pick<Client, 'create' | 'patch' | 'takeSeat'>>

function newCase(options: Partial<RecorderOptions> = {}, through: Through = {}) {
  const counts: Record<string, number> = {}
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  const metrics: RecorderMetrics = { eventSent: count, eventDropped: (why, type) => count(`${type} ${why}`) }
  recorder = newEventRecorder(
    { client: { ...writes(), ...through }, clock: systemClock, log: silentLog, metrics },
    { instance: 'pod-1', ...options },
  )
  return { recorder, counts }
}

function writes(): Pick<Client, 'create' | 'patch' | 'takeSeat'> {
  return {
    create: client.create.bind(client),
    patch: client.patch.bind(client),
    takeSeat: client.takeSeat.bind(client),
  }
}

/** Until they are given back, there is as much to write as the apiserver can. */
async function takeAllSeats(): Promise<() => void> {
  const leaves = await Promise.all(Array.from({ length: 64 }, () => client.takeSeat()))
  return () => {
    for (const leave of leaves.splice(0)) leave()
  }
}

/** Tells when somebody waits for a seat. */
function watchSeats() {
  const { promise: parked, resolve } = Promise.withResolvers<void>()
  const takeSeat: Client['takeSeat'] = request =>
    client.takeSeat({
      ...request,
      parked: hurry => {
        request?.parked?.(hurry)
        resolve()
      },
    })
  return { parked, takeSeat }
}

async function newConfigMap(name: string): Promise<KubeObject> {
  return client.create(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } })
}

async function eventsOf(name: string): Promise<readonly KubeObject[]> {
  const fieldSelector = `involvedObject.name=${name}`
  return (await client.list(EVENT, { namespace: 'default', fieldSelector })).items
}

describe('the recorder', () => {
  it(
    'shows an event where kubectl looks for it',
    async () => {
      const { recorder } = newCase()
      recorder.event(await newConfigMap('shown'), 'Warning', 'SyncFailed', 'member m1 does not answer')
      await recorder.stop(FLUSH_MS)
      const described = await server.cluster.kubectl(['describe', 'configmap', 'shown'])
      expect(described).toMatch(/Warning\s+SyncFailed\s+\S+\s+flotilla\s+member m1 does not answer/)
      const table = await server.cluster.kubectl(['get', 'events', '--sort-by=.lastTimestamp'])
      expect(table).toMatch(/Warning\s+SyncFailed\s+configmap\/shown/)
    },
    TIMEOUT_MS,
  )

  it(
    'counts equal events in one object, with few requests',
    async () => {
      const { recorder, counts } = newCase({ raiseIntervalMs: 200, gatherMs: 0 })
      const about = await newConfigMap('counted')
      for (let i = 0; i < 50; i++) recorder.event(about, 'Normal', 'Synced', 'in sync')
      await eventually(() => counts['create'] === 1)
      for (let i = 0; i < 50; i++) recorder.event(about, 'Normal', 'Synced', 'in sync')
      await recorder.stop(FLUSH_MS)
      expect(await eventsOf('counted')).toMatchObject([{ reason: 'Synced', count: 100 }])
      expect((counts['create'] ?? 0) + (counts['patch'] ?? 0)).toBeLessThanOrEqual(3)
    },
    TIMEOUT_MS,
  )

  it(
    'sends equal events of one moment as one request',
    async () => {
      const { recorder, counts } = newCase({ gatherMs: 200 })
      const about = await newConfigMap('gathered')
      for (let i = 0; i < 3; i++) recorder.event(about, 'Normal', 'Synced', 'in sync')
      await eventually(() => counts['create'] === 1)
      expect(await eventsOf('gathered')).toMatchObject([{ count: 3 }])
      await recorder.stop(FLUSH_MS)
      expect(counts).toEqual({ create: 1 })
    },
    TIMEOUT_MS,
  )

  it(
    'sends at most three of one object and change',
    async () => {
      const { recorder, counts } = newCase()
      const about = await newConfigMap('limited')
      for (let i = 0; i < 10; i++) recorder.event(about, 'Normal', 'Synced', `message ${i}`)
      await recorder.stop(FLUSH_MS)
      expect(await eventsOf('limited')).toHaveLength(3)
      expect(counts).toEqual({ create: 3, 'Normal limit': 7 })
    },
    TIMEOUT_MS,
  )

  it(
    'of a cluster-scoped object goes to the namespace default',
    async () => {
      const { recorder } = newCase()
      const about = await client.get(NAMESPACE, { namespace: '', name: 'kube-system' })
      recorder.event(about, 'Normal', 'Seen', 'cluster-scoped')
      await recorder.stop(FLUSH_MS)
      expect(await eventsOf('kube-system')).toMatchObject([{ metadata: { namespace: 'default' }, reason: 'Seen' }])
    },
    TIMEOUT_MS,
  )

  it(
    'makes a new Event when the old one has expired',
    async () => {
      const { recorder, counts } = newCase({ raiseIntervalMs: 100, gatherMs: 0 })
      const about = await newConfigMap('expired')
      recorder.event(about, 'Normal', 'Synced', 'again')
      await eventually(() => counts['create'] === 1)
      const [first] = await eventsOf('expired')
      await client.delete(EVENT, { namespace: 'default', name: first?.metadata.name ?? '' })
      recorder.event(about, 'Normal', 'Synced', 'again')
      await recorder.stop(FLUSH_MS)
      const events = await eventsOf('expired')
      expect(events).toMatchObject([{ count: 2 }])
      expect(events[0]?.metadata.name).not.toBe(first?.metadata.name)
    },
    TIMEOUT_MS,
  )

  it(
    'drops what is too much, and what the apiserver refuses, and never throws',
    async () => {
      const { recorder, counts } = newCase({ queueLimit: 5 })
      for (let i = 0; i < 20; i++) {
        const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'no-such-namespace', name: `x${i}` }
        recorder.event(about, 'Normal', 'Synced', 'm')
        if (i < 2) recorder.event(about, 'Warning', 'SyncFailed', 'm')
      }
      await eventually(() => counts['Normal failed'] === 5 && counts['Warning failed'] === 2)
      expect(counts).toEqual({ 'Normal overflow': 15, 'Normal failed': 5, 'Warning failed': 2 })
    },
    TIMEOUT_MS,
  )

  it(
    'while there is much to write tells at once what went wrong, and what went well afterwards',
    async () => {
      const leaveAll = await takeAllSeats()
      const { parked, takeSeat } = watchSeats()
      const seated: unknown[] = []
      const create: Client['create'] = (...args) => {
        seated.push(args[2]?.seated)
        return client.create(...args)
      }
      try {
        const { recorder, counts } = newCase({ gatherMs: 0, patienceMs: TIMEOUT_MS }, { create, takeSeat })
        const about = await newConfigMap('told')
        recorder.event(about, 'Normal', 'Synced', 'went well')
        await parked
        for (const message of ['went wrong', 'went wrong again'])
          recorder.event(about, 'Warning', 'SyncFailed', message)
        await eventually(() => counts['create'] === 2)
        recorder.event(about, 'Normal', 'Synced', 'went well')
        expect(await eventsOf('told')).toMatchObject([{ type: 'Warning' }, { type: 'Warning' }])
        leaveAll()
        await eventually(() => counts['create'] === 3)
        expect((await eventsOf('told')).find(({ type }) => type === 'Normal')).toMatchObject({ count: 2 })
        expect(seated).toEqual([false, false, true])
      } finally {
        leaveAll()
      }
    },
    TIMEOUT_MS,
  )

  it(
    'ends without waiting for what others write',
    async () => {
      const leaveAll = await takeAllSeats()
      try {
        const { parked, takeSeat } = watchSeats()
        const { recorder } = newCase({ gatherMs: 0, patienceMs: TIMEOUT_MS }, { takeSeat })
        const names = ['hurried-0', 'hurried-1', 'hurried-2']
        for (const name of names) recorder.event(await newConfigMap(name), 'Normal', 'Synced', 'm')
        await parked
        await recorder.stop(FLUSH_MS)
        for (const name of names) expect(await eventsOf(name)).toHaveLength(1)
      } finally {
        leaveAll()
      }
    },
    TIMEOUT_MS,
  )

  it(
    'does not wait for ever for what others write',
    async () => {
      const leaveAll = await takeAllSeats()
      try {
        const { recorder, counts } = newCase({ gatherMs: 0, patienceMs: 200 })
        for (let i = 0; i < 3; i++) recorder.event(await newConfigMap(`patient-${i}`), 'Normal', 'Synced', 'm')
        await eventually(() => counts['create'] === 3)
      } finally {
        leaveAll()
      }
    },
    TIMEOUT_MS,
  )

  it(
    'sends what waits before it ends, but does not wait for ever',
    async () => {
      const { recorder } = newCase({ qps: 1, burst: 1 })
      for (let i = 0; i < 5; i++) recorder.event(await newConfigMap(`flushed-${i}`), 'Normal', 'Synced', 'm')
      await recorder.stop(FLUSH_MS)
      expect(await eventsOf('flushed-4')).toHaveLength(1)
      const stuck = newCase({}, { create: () => new Promise<never>(() => {}) }).recorder
      stuck.event(await newConfigMap('stuck'), 'Normal', 'Synced', 'm')
      const beganMs = Date.now()
      await stuck.stop(200)
      expect(Date.now() - beganMs).toBeLessThan(5000)
    },
    TIMEOUT_MS,
  )
})
