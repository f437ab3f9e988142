import { setTimeout as sleep } from 'node:timers/promises'

export interface WaitOptions {
  /** What is waited for, for the error. */
  readonly until: string
  readonly timeoutMs: number
  /** Default 50. */
  readonly everyMs?: number
  /** Why it can never come true any more, or undefined: ends the wait early. */
  readonly hopeless?: () => string | undefined
}

/**
 * Polls until `look` gives something other than undefined.
 * @throws when the time is over or the wait is hopeless; what `look` threw last is the cause.
 */
export async function waitFor<T>(look: () => Promise<T | undefined>, options: WaitOptions): Promise<T> {
  const deadline = Date.now() + options.timeoutMs
  for (;;) {
    const { found, cause } = await attempt(look)
    if (found !== undefined) return found
    const reason = options.hopeless?.()
    if (reason !== undefined) throw new Error(`${options.until}: ${reason}`, { cause })
    if (Date.now() > deadline) throw new Error(`${options.until}: not after ${options.timeoutMs} ms`, { cause })
    await sleep(options.everyMs ?? 50)
  }
}

async function attempt<T>(
  look: () => Promise<T | undefined>,
): Promise<{ readonly found?: T; readonly cause?: unknown }> {
  try {
    const found = await look()
    return found === undefined ? {} : { found }
  } catch (cause) {
    return { cause }
  }
}
