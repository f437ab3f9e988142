import { TransportError } from './status-error.ts'
import { jittered, type Timing } from './timing.ts'

const FIRST_BACKOFF_MS = 100
/** So many connections in a row may end before they answered anything: servers restart. */
const UNANSWERED_FORGIVEN = 2

/**
 * When one apiserver may be dialled again, for all connections to it: a server that cannot be reached, or hangs up on
 * everybody, is not called in a loop however many wait for it.
 */
export class DialBackoff {
  readonly #timing: Timing
  readonly #maxMs: number
  #failures = 0
  #unanswered = 0
  #last: { readonly error: TransportError; readonly untilMs: number } | undefined

  constructor(timing: Timing, maxMs: number) {
    this.#timing = timing
    this.#maxMs = maxMs
  }

  /** Why not to dial now; undefined when nothing stands against it. Callers have back-offs of their own. */
  get refusal(): TransportError | undefined {
    if (this.#last === undefined || this.#timing.monotonicMs() >= this.#last.untilMs) return undefined
    const { kind, message, cause } = this.#last.error
    return new TransportError(kind, message, { unprocessed: true, cause })
  }

  /** No connection could be made. */
  failed(error: TransportError): void {
    const delayMs = jittered(this.#timing, Math.min(this.#maxMs, FIRST_BACKOFF_MS * 2 ** this.#failures++))
    this.#last = { error, untilMs: this.#timing.monotonicMs() + delayMs }
  }

  /** A connection was made, and ended before it answered anything. */
  unanswered(error: TransportError): void {
    if (this.#unanswered++ >= UNANSWERED_FORGIVEN) this.failed(error)
  }

  /** A connection was made; whether it is of use shows later. */
  connected(): void {
    if (this.#unanswered > 0) return
    this.#failures = 0
    this.#last = undefined
  }

  /** The server answered. */
  answered(): void {
    this.#failures = 0
    this.#unanswered = 0
    this.#last = undefined
  }
}
