import {
  isServerFailure,
  isTooManyRequests,
  StatusError,
  TransportError,
  type TransportErrorKind,
} from '../kube/status-error.ts'
import { type Backoff, backoffMs, type Random } from './backoff.ts'
import { type Clock, sleep } from './clock.ts'

const BACKOFF: Backoff = { baseMs: 500, maxMs: 30_000 }

/** Kinds of failure that a server which starts, moves or is overloaded shows; of others somebody has to mend something. */
const PASSING: ReadonlySet<TransportErrorKind> = new Set([
  'dns',
  'refused',
  'unreachable',
  'connect-timeout',
  'timeout',
  'reset',
  'proxy',
])

/** Whether the same may succeed a moment later: no answer, a conflict, too many requests, a failure of the server. */
export function isPassing(error: unknown): boolean {
  if (error instanceof TransportError) return PASSING.has(error.kind)
  return (error instanceof StatusError && error.code === 409) || isTooManyRequests(error) || isServerFailure(error)
}

export interface Perseverance {
  readonly clock: Clock
  readonly random: Random
  /** Told of each failure that is tried again. */
  readonly onFailure: (error: unknown, delayMs: number) => void
  readonly signal: AbortSignal
}

/**
 * Does something until it succeeds, waiting longer after each failure that passes.
 *
 * @throws the first failure that does not ({@link isPassing}); the signal's reason when that aborts.
 */
export async function persevere<T>(work: () => Promise<T>, options: Perseverance): Promise<T> {
  const { clock, random, onFailure, signal } = options
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted || !isPassing(error)) throw error
      const delayMs = backoffMs(BACKOFF, failures, random)
      onFailure(error, delayMs)
      await sleep(clock, delayMs, signal)
    }
  }
}
