import type { Client } from '../kube/client.ts'
import type { SeatRequest } from '../kube/write-seats.ts'
import type { Worker } from './controller.ts'

/**
 * Waits until a write to the host that only tells of something may be sent (Client.takeSeat), without a worker meanwhile, and no longer than until
 * its key is wanted again.
 *
 * @returns to be called once, when the write has ended.
 * @throws Error when the controller stops meanwhile: whoever comes next tells all that was not told.
 */
export async function takeSeat(
  host: Pick<Client, 'takeSeat'>,
  worker: Worker,
  request: Pick<SeatRequest, 'isAwaited'> = {},
): Promise<() => void> {
  let stops = false
  const parked = (hurry: () => void): void =>
    worker.release(why => {
      stops ||= why === 'stop'
      hurry()
    })
  const leave = await host.takeSeat({ ...request, parked })
  if (!stops) return leave
  leave()
  throw new Error('the controller stops')
}
