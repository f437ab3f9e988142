import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { eventually, newTestClient } from '../testing/apiserver-client.ts'
import { silentLog } from '../testing/silent-log.ts'
import { type Clock, systemClock } from './clock.ts'
import { type LeaderElection, newLeaderElection } from './leader-election.ts'
import { readLease } from './lease.ts'

const TIMEOUT_MS = 180_000
/** Long enough for a busy machine, short enough to wait for. */
const TIMES = { leaseDurationMs: 12_000, renewDeadlineMs: 9000, retryPeriodMs: 500 }

let server: Apiserver
const clients: Client[] = []
const elections: LeaderElection[] = []
let cases = 0

beforeAll(async () => {
  server = await startApiserver()
}, START_TIMEOUT_MS)

afterEach(async () => {
  await Promise.all(elections.splice(0).map(election => election.stop()))
  await Promise.all(clients.splice(0).map(client => client.close()))
}, TIMEOUT_MS)

afterAll(() => server?.stop(), START_TIMEOUT_MS)

/** An operator's election, on a connection of its own. */
function join(
  identity: string,
  lease: string,
  { clock = systemClock, times = TIMES, ...who }: { clock?: Clock; times?: typeof TIMES; endedPrefix?: string } = {},
) {
  const client = newTestClient(server.cluster.endpoint, { limits: { pingIntervalMs: 500, pingTimeoutMs: 3000 } })
  clients.push(client)
  const history: string[] = []
  const election = newLeaderElection(
    { client, clock, log: silentLog },
    {
      namespace: 'default',
      name: lease,
      identity,
      ...who,
      ...times,
      onStarted: signal => {
        history.push('started')
        signal.addEventListener('abort', () => history.push('ended'))
      },
      onLost: () => void history.push('lost'),
    },
  )
  election.start()
  elections.push(election)
  return { election, client, history }
}

const newLease = () => `lease-${++cases}`
const leaseOf = async (client: Client, name: string) =>
  readLease(await client.get(LEASE, { namespace: 'default', name }))

describe('leader election', () => {
  it(
    'lets the next process of the same container work at once',
    async () => {
      const lease = newLease()
      const times = { ...TIMES, leaseDurationMs: 10 * TIMEOUT_MS }
      const first = join('pod_1234a', lease, { times })
      await eventually(() => first.election.isLeader)
      await first.client.close()
      const stranger = join('pod_5678a', lease, { times, endedPrefix: 'pod_5678' })
      const next = join('pod_1234b', lease, { times, endedPrefix: 'pod_1234' })
      await eventually(() => next.election.isLeader)
      expect(stranger.history).toEqual([])
      expect(await leaseOf(next.client, lease)).toMatchObject({ holder: 'pod_1234b', transitions: 1 })
    },
    TIMEOUT_MS,
  )

  it(
    'lets one work, and the other take over within the lease when the first is killed',
    async () => {
      const lease = newLease()
      const first = join('first', lease)
      await eventually(() => first.election.isLeader)
      const second = join('second', lease)
      await eventually(() => second.election.problem === undefined)
      await new Promise(resolve => setTimeout(resolve, 2000))
      expect(second.election.isLeader).toBe(false)
      expect(() => second.election.fence()).toThrow('does not lead')
      // Killed: no renewal any more, and no release.
      await first.client.close()
      const { deadlineMs } = first.election
      const killedMs = systemClock.monotonicMs()
      await eventually(() => second.election.isLeader)
      const takenMs = systemClock.monotonicMs()
      expect(first.election.isLeader).toBe(false)
      expect(first.history).toEqual(['started', 'ended', 'lost'])
      // The lease, a try and what a busy machine adds; not before the old leader's own deadline.
      expect(takenMs).toBeGreaterThan(deadlineMs)
      expect(takenMs - killedMs).toBeLessThan(TIMES.leaseDurationMs + 10_000)
      expect(await leaseOf(second.client, lease)).toMatchObject({ holder: 'second', transitions: 1 })
    },
    TIMEOUT_MS,
  )

  it(
    'hands a released lease over at once',
    async () => {
      const lease = newLease()
      // Tries are so rare that only the watch can have told of the release.
      const rare = { leaseDurationMs: 60_000, renewDeadlineMs: 40_000, retryPeriodMs: 30_000 }
      const first = join('first', lease, { times: rare })
      await eventually(() => first.election.isLeader)
      const second = join('second', lease, { times: rare })
      await new Promise(resolve => setTimeout(resolve, 2000))
      const releasedMs = Date.now()
      await first.election.stop()
      expect(first.election.isLeader).toBe(false)
      await eventually(() => second.election.isLeader)
      expect(Date.now() - releasedMs).toBeLessThan(25_000)
      expect(first.history).toEqual(['started', 'ended'])
    },
    TIMEOUT_MS,
  )

  it(
    'knows who leads once it has asked, whoever that is',
    async () => {
      const lease = newLease()
      for (const { name, leads } of [
        { name: 'first', leads: true },
        { name: 'second', leads: false },
      ]) {
        const { election } = join(name, lease)
        expect(election.problem).toBe('the lease was not read yet')
        await eventually(() => election.problem === undefined)
        expect(election.isLeader).toBe(leads)
      }
    },
    TIMEOUT_MS,
  )

  it(
    'closes the fence while the apiserver is silent, before another could lead, and leads again afterwards',
    async () => {
      const { election, history } = join('only', newLease())
      await eventually(() => election.isLeader)
      election.fence()
      await server.cluster.pause('apiserver')
      const pausedMs = Date.now()
      await eventually(() => !election.isLeader)
      expect(Date.now() - pausedMs).toBeLessThan(TIMES.leaseDurationMs)
      expect(() => election.fence()).toThrow('does not lead')
      await server.cluster.resume('apiserver')
      await eventually(() => election.isLeader)
      expect(history).toEqual(['started', 'ended', 'lost', 'started'])
    },
    TIMEOUT_MS,
  )

  it(
    'does not trust the clock of the holder',
    async () => {
      const lease = newLease()
      const late: Clock = { ...systemClock, nowMs: () => Date.now() - 3_600_000 }
      const first = join('late-clock', lease, { clock: late })
      await eventually(() => first.election.isLeader)
      const second = join('second', lease)
      await new Promise(resolve => setTimeout(resolve, TIMES.leaseDurationMs + 1000))
      expect(second.election.isLeader).toBe(false)
      expect(first.election.isLeader).toBe(true)
    },
    TIMEOUT_MS,
  )

  it(
    'gives way when somebody else wrote the lease',
    async () => {
      const lease = newLease()
      const { election, client, history } = join('first', lease)
      await eventually(() => election.isLeader)
      const stolen = { spec: { holderIdentity: 'thief', leaseDurationSeconds: 60 } }
      await client.patch(LEASE, { namespace: 'default', name: lease }, { type: 'merge', body: stolen })
      await eventually(() => !election.isLeader)
      expect(history).toEqual(['started', 'ended', 'lost'])
    },
    TIMEOUT_MS,
  )
})
