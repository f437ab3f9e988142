import { ByteStream } from './byte-stream.ts'
import type { Cancellation } from './cancellation.ts'
import type { Connection, ResponseHead, WireRequest } from './connection.ts'
import { transportError } from './connection-error.ts'
import { Pieces } from './pieces.ts'

/** A complete answer. */
export interface WireResponse extends ResponseHead {
  readonly body: Buffer
}

/** An answer whose body comes bit by bit; `close` gives it up and must be called when the reader is done. */
export interface WireStream extends ResponseHead {
  readonly body: ByteStream
  readonly close: () => void
}

/** One try of a request on one connection. */
export interface Attempt {
  readonly connection: Connection
  readonly request: WireRequest
  readonly authorization: string | undefined
  readonly cancellation: Cancellation
  /** For messages. */
  readonly where: string
}

/** Reads a whole answer of at most `maxBytes`. @throws TransportError */
export function receiveAll(attempt: Attempt, maxBytes: number): Promise<WireResponse> {
  const { connection, request, authorization, cancellation, where } = attempt
  return new Promise((resolve, reject) => {
    const pieces = new Pieces()
    let head: ResponseHead = { statusCode: 0, contentType: '', retryAfter: undefined, etag: undefined, date: undefined }
    const exchange = connection.start(request, authorization, {
      onHead: received => {
        head = received
      },
      onData: chunk => {
        pieces.push(chunk)
        if (pieces.bytes > maxBytes)
          cancellation.cancel(transportError('too-large', where, { detail: `${maxBytes} bytes` }))
      },
      onEnd: () => {
        cancellation.listen(undefined)
        resolve({ ...head, body: pieces.takeJoined() })
      },
      onError: error => {
        cancellation.listen(undefined)
        reject(error)
      },
    })
    cancellation.listen(error => {
      exchange.cancel()
      reject(error)
    })
  })
}

/** Resolves with the head; the body follows as it comes. @throws TransportError when there is no head. */
export function receiveStream(attempt: Attempt): Promise<WireStream> {
  const { connection, request, authorization, cancellation } = attempt
  const body = new ByteStream()
  return new Promise((resolve, reject) => {
    const exchange = connection.start(request, authorization, {
      onHead: head => resolve({ ...head, body, close: () => exchange.cancel() }),
      onData: chunk => body.push(chunk),
      onEnd: () => body.end(),
      onError: error => {
        body.end(error)
        reject(error)
      },
    })
    body.attach(exchange)
    cancellation.listen(error => {
      exchange.cancel()
      body.end(error)
      reject(error)
    })
  })
}
