import type { Exchange } from './connection.ts'
import type { TransportError } from './status-error.ts'

/** Unread bytes at which the flow is stopped until the reader catches up. */
const HIGH_WATER_BYTES = 1024 * 1024

/** The body of a long answer, handed over in the batches in which it arrived; a slow reader slows the sender. */
export class ByteStream {
  #exchange: Exchange | undefined
  #chunks: Buffer[] = []
  #unreadBytes = 0
  #paused = false
  #end: { readonly error: TransportError | undefined } | undefined
  #wake: (() => void) | undefined

  /** The request that feeds this stream. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#unreadBytes += chunk.length
    if (this.#unreadBytes > HIGH_WATER_BYTES && !this.#paused) {
      this.#paused = true
      this.#exchange?.pause()
    }
    this.#wake?.()
  }

  /** No more will come; with an error, `read` rejects once everything before it was read. */
  end(error?: TransportError): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  /** What arrived since the last read, at least one chunk; undefined at the end. One reader at a time. */
  async read(): Promise<readonly Buffer[] | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#end?.error !== undefined) throw this.#end.error
      if (this.#end !== undefined) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.#take()
  }

  #take(): readonly Buffer[] {
    const chunks = this.#chunks
    this.#chunks = []
    this.#unreadBytes = 0
    if (this.#paused) {
      this.#paused = false
      this.#exchange?.resume()
    }
    return chunks
  }
}
