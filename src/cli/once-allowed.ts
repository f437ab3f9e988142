import { isForbidden } from '../kube/status-error.ts'
import { type Clock, sleep } from '../runtime/clock.ts'

const LIMIT_MS = 20_000
const LOOK_EVERY_MS = 500

/**
 * What a request gives once rights that were just given hold: an apiserver hears of Roles and bindings a moment after they are made.
 *
 * @throws what `ask` throws; that it is forbidden only after 20 seconds of trying.
 */
export async function onceAllowed<T>(clock: Clock, ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const deadlineMs = clock.monotonicMs() + LIMIT_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!isForbidden(error) || clock.monotonicMs() > deadlineMs) throw error
    }
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
}
