/** Whether trying again without any change can help. */
export type RetryClass = 'backoff' | 'never'

/**
 * A failure with a stable code (docs/reference/errors.md). 'never' waits for a change of the object: a user's mistake;
 * 'backoff' is tried again by the controller.
 */
export class ReconcileError extends Error {
  readonly code: string
  readonly retry: RetryClass
  /** For 'backoff': it is tried again after so many milliseconds at the latest, whatever the back-off. */
  readonly atMostMs: number | undefined
  constructor(
    code: string,
    message: string,
    options: { readonly retry: RetryClass; readonly cause?: unknown; readonly atMostMs?: number },
  ) {
    super(message, { cause: options.cause })
    this.name = 'ReconcileError'
    this.code = code
    this.retry = options.retry
    this.atMostMs = options.atMostMs
  }
}

/** What a reconcile asks for next: nothing until a change, or another run after a while. */
export type ReconcileResult = { readonly next: 'change' } | { readonly next: 'timer'; readonly afterMs: number }

export function awaitChange(): ReconcileResult {
  return { next: 'change' }
}

export function requeueAfter(afterMs: number): ReconcileResult {
  return { next: 'timer', afterMs }
}
