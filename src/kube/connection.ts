import type { TransportError } from './status-error.ts'

/** A request as it goes over the wire; `path` carries the query. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: string
  readonly contentType?: string
  readonly accept?: string
  readonly ifNoneMatch?: string
}

/** The beginning of an answer. */
export interface ResponseHead {
  readonly statusCode: number
  readonly contentType: string
  readonly retryAfter: string | undefined
  readonly etag: string | undefined
  /** When the server answered, by its own clock, as HTTP writes it. */
  readonly date: string | undefined
}

/** Is told of an answer as it arrives: head, data, then exactly one of end and error. */
export interface ResponseSink {
  onHead(head: ResponseHead): void
  onData(chunk: Buffer): void
  onEnd(): void
  onError(error: TransportError): void
}

/** A request in flight. */
export interface Exchange {
  /** Gives it up; the sink hears nothing more. */
  cancel(): void
  /** Stops and restarts the flow of data, so that an endless answer fills no memory. */
  pause(): void
  resume(): void
}

/** One connection (HTTP/2) or one keep-alive pool (HTTP/1.1) to the apiserver. */
export interface Connection {
  readonly inFlight: number
  /** Requests that it carries at once without making any wait. */
  readonly capacity: number
  /** False once it takes no new requests; it then ends by itself with the last of those in flight. */
  readonly usable: boolean
  /** Why it ended by itself, where that is known. */
  readonly failure: TransportError | undefined
  /** Sends a request. @throws TransportError (unprocessed) when the connection has just ended. */
  start(request: WireRequest, authorization: string | undefined, sink: ResponseSink): Exchange
  /** Ends it and all requests in flight. */
  close(error?: TransportError): void
}
