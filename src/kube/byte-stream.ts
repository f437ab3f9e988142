import type { Exchange } from './connection.ts'
import { Pieces } from './pieces.ts'
import type { TransportError } from './status-error.ts'

/** Unread bytes at which the flow is stopped until the reader catches up. */
const HIGH_WATER_BYTES = 1024 * 1024

/** The body of a long answer, handed over in batches as it arrives; a slow reader slows the sender. */
export class ByteStream {
  #exchange: Exchange | undefined
  readonly #unread = new Pieces()
  #paused = false
  #end: { readonly error: TransportError | undefined } | undefined
  #wake: (() => void) | undefined

  /** The request that feeds this stream. */
  attach(exchange: Exchange): void {
    this.#exchange = exchange
  }

  push(chunk: Buffer): void {
    this.#unread.push(chunk)
    if (this.#unread.bytes > HIGH_WATER_BYTES && !this.#paused) {
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

  /** What arrived since the last read, at least one byte; undefined at the end. One reader at a time. */
  async read(): Promise<readonly Buffer[] | undefined> {
    while (this.#unread.bytes === 0) {
      if (this.#end?.error !== undefined) throw this.#end.error
      if (this.#end !== undefined) return undefined
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
    return this.#take()
  }

  #take(): readonly Buffer[] {
    const chunks = this.#unread.take()
    if (this.#paused) {
      this.#paused = false
      this.#exchange?.resume()
    }
    return chunks
  }
}
