import type { Client } from '../kube/client.ts'
import type { SeatRequest } from '../kube/write-seats.ts'
import type { Worker } from './controller.ts'

export interface TakeSeatOptions extends Pick<SeatRequest, 'isAwaited'> {
  /** Nothing else is done for the key than to tell what is so by then: that it is wanted again changes nothing. Default false. */
  readonly isPatient?: boolean
}

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
  { isAwaited = false, isPatient = false }: TakeSeatOptions = {},
): Promise<() => void> {
  let stops = false
  const parked = (hurry: () => void): void =>
    worker.release(why => {
      stops ||= why === 'stop'
      if (stops || !isPatient) hurry()
    })
  const leave = await host.takeSeat({ isAwaited, parked })
  if (!stops) return leave
  leave()
  throw new Error('the controller stops')
}
