import type { ResponseHead, WireRequest } from './connection.ts'
import { TransportError } from './status-error.ts'

/** Longer waits are the caller's to decide: it gets the error and its retryAfterMs. */
const LONGEST_WAIT_MS = 30_000

/**
 * How long to wait before the same request is sent again because the server asked for that. A 429 or 503 that carries
 * Retry-After was refused before it did anything, so writes may repeat too.
 *
 * @returns milliseconds, or undefined when the answer stands.
 */
export function retryDelayMs(head: Pick<ResponseHead, 'statusCode' | 'retryAfter'>): number | undefined {
  if (head.statusCode !== 429 && head.statusCode !== 503) return undefined
  const delayMs = parseRetryAfterMs(head.retryAfter)
  return delayMs === undefined || delayMs > LONGEST_WAIT_MS ? undefined : delayMs
}

/** Reads a Retry-After header in seconds (the form that apiservers send). */
export function parseRetryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}

/** Tries after the first for a request that the server certainly did not act on; a read gets one after a broken connection. */
export const RESENDS = 3

/**
 * Whether a request without an answer may be sent again at once: when the server certainly did not act on it, and a
 * read once when the connection broke.
 *
 * @param sent.resent how often it was sent again already.
 */
export function mayResend(
  error: unknown,
  sent: { readonly method: WireRequest['method']; readonly resent: number },
): boolean {
  if (!(error instanceof TransportError) || error.kind !== 'reset') return false
  return error.unprocessed ? sent.resent < RESENDS : sent.method === 'GET' && sent.resent === 0
}
