import type { Timing } from './timing.ts'

/** How long after the limit an answer that is already in the socket may still be read: our own process may have been stopped. */
const GRACE_MS = 50

export interface Keepalive {
  /** Nothing received for this long: ping. */
  readonly intervalMs: number
  /** No answer for this long: silent. */
  readonly timeoutMs: number
  readonly timing: Timing
  /** Grows with everything received: costs nothing per request. */
  readonly bytesReceived: () => number
  readonly ping: (answered: () => void) => void
  readonly onSilent: () => void
}

/**
 * Finds a connection whose peer went away without a word (half-open): pings when nothing came for an interval.
 *
 * @returns stops watching.
 */
export function watchSilence(options: Keepalive): () => void {
  const { timing } = options
  let stopped = false
  let cancel: () => void = () => undefined
  let seenBytes = options.bytesReceived()
  const rest = (): void => {
    if (stopped) return
    seenBytes = options.bytesReceived()
    cancel = timing.after(options.intervalMs, check)
  }
  const check = (): void => {
    if (options.bytesReceived() !== seenBytes) {
      rest()
      return
    }
    cancel = timing.after(options.timeoutMs, () => {
      cancel = timing.after(GRACE_MS, conclude)
    })
    options.ping(() => {
      cancel()
      rest()
    })
  }
  const conclude = (): void => (options.bytesReceived() === seenBytes ? options.onSilent() : rest())
  rest()
  return () => {
    stopped = true
    cancel()
  }
}
