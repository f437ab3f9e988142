import { expect, it } from '@jest/globals'
import { useApiserver } from '../../e2e/test-apiserver.ts'
import { LEASE } from '../api/kinds.ts'
import { TransportError } from '../kube/status-error.ts'
import { systemClock } from '../runtime/clock.ts'
import { silentLog } from '../testing/silent-log.ts'
import { newOwnLease, type OwnLeaseDeps } from './own-lease.ts'

const TIMEOUT_MS = 60_000
const KEY = { namespace: 'default', name: 'flotilla-pod-1' }

const apiserver = useApiserver()

const newLease = (client: OwnLeaseDeps['client'], onLost: (reason: string) => void = () => undefined) =>
  newOwnLease(
    { client, clock: systemClock, log: silentLog },
    {
      ...{ group: { namespace: 'default', leaseName: 'flotilla', leaseDurationMs: 30_000 }, onLost },
      ...{ renewDeadlineMs: 20_000, retryPeriodMs: 20 },
      told: () => ({
        ...{
          replica: KEY.name,
          identity: 'pod_1',
          publication: 1,
          prepared: '',
          view: '',
          activated: false,
          members: [],
        },
      }),
    },
  )

/** Does what it is told, and of the first of each kind of write nobody hears that it was done. */
function losingAnswers(): OwnLeaseDeps['client'] {
  const { client } = apiserver
  const lost = new Set<string>()
  const losing =
    <A extends readonly unknown[], R>(kind: string, write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const written = await write(...args)
      if (lost.has(kind)) return written
      lost.add(kind)
      throw new TransportError('timeout', 'nobody heard the answer')
    }
  return {
    get: client.get.bind(client),
    delete: client.delete.bind(client),
    create: losing('create', client.create.bind(client)),
    update: losing('update', client.update.bind(client)),
  } as OwnLeaseDeps['client']
}

it(
  'joins also when the answers to the creation and to the update after it are lost',
  async () => {
    const lease = newLease(losingAnswers())
    await lease.join(AbortSignal.timeout(TIMEOUT_MS))
    expect(lease.isHeld).toBe(true)
    await lease.leave()
    expect((await apiserver.client.list(LEASE, { namespace: 'default' })).items).toEqual([])
  },
  TIMEOUT_MS,
)

it(
  'is lost when somebody removes it before its maker knows that it has made it',
  async () => {
    const losing = losingAnswers()
    const { client } = apiserver
    const reasons: string[] = []
    const stop = new AbortController()
    const update = async (...args: Parameters<typeof client.update>) => {
      await client.delete(LEASE, KEY)
      return losing.update(...args)
    }
    const lease = newLease({ ...losing, update } as OwnLeaseDeps['client'], reason => {
      reasons.push(reason)
      stop.abort(new Error('the process ends'))
    })
    await expect(lease.join(AbortSignal.any([stop.signal, AbortSignal.timeout(TIMEOUT_MS)]))).rejects.toThrow(
      'the process ends',
    )
    expect(reasons).toEqual(['it was removed'])
  },
  TIMEOUT_MS,
)
