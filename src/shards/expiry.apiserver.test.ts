import { expect, it } from '@jest/globals'
import { useApiserver } from '../../e2e/test-apiserver.ts'
import { LEASE } from '../api/kinds.ts'
import { systemClock } from '../runtime/clock.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import { newExpiry } from './expiry.ts'
import { awaitNoReplicas } from './former-replicas.ts'
import { replicaLeaseObject, replicaName } from './replica-lease.ts'

const TIMEOUT_MS = 120_000
/** No test waits for one of these to expire. */
const GROUP = { namespace: 'default', leaseName: 'flotilla', leaseDurationMs: 10 * TIMEOUT_MS }

const apiserver = useApiserver()

const newLease = (identity: string) => {
  const told = { publication: 1, prepared: '', view: '', activated: true, members: [], nowMs: 0 }
  return apiserver.client.create(
    LEASE,
    replicaLeaseObject(GROUP, { ...told, identity, replica: replicaName(GROUP, identity) }),
  )
}

const names = async () =>
  (await apiserver.client.list(LEASE, { namespace: 'default' })).items.map(({ metadata }) => metadata.name)

it(
  'the Lease of a replica that has ended for certain is removed at once, also when it was written once more meanwhile',
  async () => {
    const deps = {
      client: apiserver.client,
      clock: systemClock,
      log: silentLog,
      leaseDurationMs: GROUP.leaseDurationMs,
    }
    const expiry = newExpiry({ ...deps, who: { identity: 'pod_1234b', endedPrefix: 'pod_1234' } })
    const [ended, other] = [await newLease('pod_1234aaaaaaaa'), await newLease('pod_5678aaaaaaaa')]
    const written = await apiserver.client.update(LEASE, {
      ...ended,
      metadata: { ...ended.metadata, annotations: { late: 'yes' } },
    })
    for (const lease of [other, ended]) expiry.see(lease)
    expiry.see(written)
    await untilSome(async () => (await names()).length === 1)
    expect(await names()).toEqual([other.metadata.name])
    expiry.stop()
  },
  TIMEOUT_MS,
)

it(
  'the time of a Lease that is renewed while its removal is under way counts from the renewal',
  async () => {
    const clock = newFakeClock()
    const { client } = apiserver
    const removals: (() => void)[] = []
    let answered = 0
    const late: Pick<typeof client, 'delete'> = {
      delete: async (...args) => {
        await new Promise<void>(resolve => removals.push(resolve))
        try {
          return await client.delete(...args)
        } finally {
          answered++
        }
      },
    }
    const who = { identity: 'pod_1234b' }
    const expiry = newExpiry({
      ...{ client: late, clock, log: silentLog, who },
      leaseDurationMs: GROUP.leaseDurationMs,
    })
    const made = await newLease('pod_9999aaaaaaaa')
    expiry.see(made)
    await clock.advance(GROUP.leaseDurationMs)
    expect(removals).toHaveLength(1)
    const annotations = { renewed: 'yes' }
    expiry.see(await client.update(LEASE, { ...made, metadata: { ...made.metadata, annotations } }))
    await clock.advance(GROUP.leaseDurationMs / 2)
    removals[0]?.()
    // In the version that was seen first it cannot be removed any more.
    await untilSome(async () => answered === 1)
    expect(await names()).toContain(made.metadata.name)
    await clock.advance(GROUP.leaseDurationMs / 2)
    expect(removals).toHaveLength(2)
    removals[1]?.()
    await untilSome(async () => !(await names()).includes(made.metadata.name))
    expiry.stop()
  },
  TIMEOUT_MS,
)

const startAlone = async (waited: string[]): Promise<void> => {
  const deps = { host: apiserver.client, clock: systemClock, log: silentLog }
  const configuration = { namespace: 'default', leaderElection: { ...GROUP, retryPeriodMs: 20 } }
  const who = { identity: 'pod_1234bbbbbbbb', endedPrefix: 'pod_1234' }
  const onWaiting = () => void waited.push('waits')
  await awaitNoReplicas({ ...deps, who, configuration, onWaiting }, AbortSignal.timeout(TIMEOUT_MS))
}

it(
  'who leads alone waits for no replica of its own Pod that has ended',
  async () => {
    await Promise.all((await names()).map(name => apiserver.client.delete(LEASE, { namespace: 'default', name })))
    await newLease('pod_1234aaaaaaaa')
    const waited: string[] = []
    await startAlone(waited)
    expect(await names()).toEqual([])
    expect(waited).toEqual(['waits'])
  },
  TIMEOUT_MS,
)

it(
  'who leads alone, and finds no replica, has not waited at any time',
  async () => {
    await Promise.all((await names()).map(name => apiserver.client.delete(LEASE, { namespace: 'default', name })))
    const waited: string[] = []
    await startAlone(waited)
    expect(waited).toEqual([])
  },
  TIMEOUT_MS,
)
