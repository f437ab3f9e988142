import type { TransportError } from './status-error.ts'

/** Ends a request at whatever stage it is: waiting for a connection, in flight, or waiting to try again. */
export class Cancellation {
  /** What the request waits for: it tells which limit was too short. */
  waitsFor: 'connection' | 'answer' = 'connection'
  #error: TransportError | undefined
  #listener: ((error: TransportError) => void) | undefined

  /** The reason, once cancelled. */
  get error(): TransportError | undefined {
    return this.#error
  }

  cancel(error: TransportError): void {
    if (this.#error !== undefined) return
    this.#error = error
    this.#listener?.(error)
  }

  /** The current stage's way to stop; replaces that of the stage before. Called at once when already cancelled. */
  listen(listener: ((error: TransportError) => void) | undefined): void {
    this.#listener = listener
    if (this.#error !== undefined) listener?.(this.#error)
  }

  /** Settles as `promise` does, or rejects when cancelled first; what comes after that is given to `tooLate`. */
  race<T>(promise: Promise<T>, tooLate?: (value: T) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      this.listen(reject)
      promise.then(value => (this.#error === undefined ? resolve(value) : tooLate?.(value)), reject)
    })
  }
}
