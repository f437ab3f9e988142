import type { Clock } from './clock.ts'
import { toError } from './failure.ts'
import type { Logger } from './logger.ts'

/** What is started in order and must end in the reverse order. */
export interface Lifecycle {
  /** Declares how to end what was just started; at most `limitMs`. Ends it at once when the stop has already begun. */
  onStop(name: string, limitMs: number, stop: () => void | Promise<void>): void
  /** Ends everything, the last started first. Never rejects; a second call waits for the first. */
  stop(): Promise<void>
  readonly stopping: boolean
}

interface Step {
  readonly name: string
  readonly limitMs: number
  readonly stop: () => void | Promise<void>
}

/**
 * The order of the end: controllers before the lease, the lease before the clients. One part that hangs or fails costs
 * its own limit and no more.
 */
export function newLifecycle(deps: { readonly clock: Clock; readonly log: Logger }): Lifecycle {
  const steps: Step[] = []
  let ended: Promise<void> | undefined
  const stopAll = async (): Promise<void> => {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) await end(step, deps)
  }
  return {
    onStop: (name, limitMs, stop) => {
      const step = { name, limitMs, stop }
      if (ended === undefined) steps.push(step)
      else void end(step, deps)
    },
    stop: () => {
      ended ??= stopAll()
      return ended
    },
    get stopping() {
      return ended !== undefined
    },
  }
}

async function end(step: Step, { clock, log }: { readonly clock: Clock; readonly log: Logger }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<'late'>()
  const cancel = clock.after(step.limitMs, () => resolve('late'))
  try {
    const result = await Promise.race([promise, Promise.try(step.stop)])
    if (result === 'late') log.warn('not ended in time, going on', { part: step.name, limitMs: step.limitMs })
  } catch (error) {
    log.warn('failed to end', { part: step.name, error: toError(error) })
  } finally {
    cancel()
  }
}
