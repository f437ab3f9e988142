import { listAt, stringAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'

/** What an apiserver's Status says of a failure; every field may be missing in an answer of a proxy in between. */
export interface StatusFields {
  readonly code: number
  readonly reason: string
  readonly message: string
  readonly details?: JsonObject
  readonly retryAfterMs?: number
}

/** The server answered, and the answer is a failure: an apiserver's Status as an error. */
export class StatusError extends Error {
  /** HTTP status code. */
  readonly code: number
  /** The Status reason, e.g. 'NotFound'; derived from the code when the server gave none. */
  readonly reason: string
  readonly details: JsonObject | undefined
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined
  constructor(fields: StatusFields) {
    super(fields.message)
    this.name = 'StatusError'
    this.code = fields.code
    this.reason = fields.reason
    this.details = fields.details
    this.retryAfterMs = fields.retryAfterMs
  }
}

/** Why there was no usable answer. */
export type TransportErrorKind =
  | 'dns'
  | 'refused'
  /** There is no way to the address. */
  | 'unreachable'
  /** The address is one that no apiserver has, and is not dialled. */
  | 'reserved'
  /** TCP or TLS was not answered. */
  | 'connect-timeout'
  /** The connection stands, the request was not answered. */
  | 'timeout'
  | 'tls-name'
  | 'tls-ca'
  | 'cert-expired'
  | 'cert-not-yet-valid'
  /** Our certificate was refused, or is missing. */
  | 'client-cert'
  /** Both speak TLS, and cannot agree. */
  | 'tls-handshake'
  | 'not-tls'
  /** The CA, certificate or key that we were given cannot be read. */
  | 'credentials'
  /** The proxy in between failed or refused. */
  | 'proxy'
  | 'reset'
  | 'aborted'
  | 'not-kubernetes'
  | 'redirect'
  | 'too-large'
  | 'other'

/** No usable answer came. The message names the cause for a user and holds neither headers nor credentials. */
export class TransportError extends Error {
  readonly kind: TransportErrorKind
  /** True when the server certainly did not act on the request: it may be sent again whatever it does. */
  readonly unprocessed: boolean
  constructor(
    kind: TransportErrorKind,
    message: string,
    options: { readonly cause?: unknown; readonly unprocessed?: boolean } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'TransportError'
    this.kind = kind
    this.unprocessed = options.unprocessed ?? false
  }
}

/** The answer is larger, deeper or of more values than we take in. */
export const isTooLarge = (error: unknown): boolean => error instanceof TransportError && error.kind === 'too-large'
/** The object (or the resource itself) does not exist. */
export const isNotFound = (error: unknown): boolean => hasCode(error, 404)
/** Somebody else changed the object since it was read, or a field belongs to another manager. */
export const isConflict = (error: unknown): boolean => hasCode(error, 409) && !isAlreadyExists(error)
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof StatusError && error.reason === 'AlreadyExists'
/** The resourceVersion or the continue token is too old: list again. */
export const isExpired = (error: unknown): boolean =>
  error instanceof StatusError && (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone')
export const isForbidden = (error: unknown): boolean => hasCode(error, 403)
/** The namespace is on its way out: nothing can be made in it any more. */
export const isTerminatingNamespace = (error: unknown): boolean =>
  error instanceof StatusError &&
  error.code === 403 &&
  listAt(error.details, 'causes').some(cause => stringAt(cause, 'reason') === 'NamespaceTerminating')
export const isUnauthorized = (error: unknown): boolean => hasCode(error, 401)
/** The object breaks a rule of its schema or of an admission policy. */
export const isInvalid = (error: unknown): boolean => hasCode(error, 422)
/** The server could not read the request: a mistake of the sender. */
export const isBadRequest = (error: unknown): boolean => hasCode(error, 400)
export const isMethodNotAllowed = (error: unknown): boolean => hasCode(error, 405)
export const isTooManyRequests = (error: unknown): boolean => hasCode(error, 429)
/** Only our cache was behind: the next try knows better, and nobody needs to hear of it. */
export const isBehind = (error: unknown): boolean => isConflict(error) || isAlreadyExists(error)
/** The server is overloaded, starting or failing: the same request may succeed later. */
export const isServerFailure = (error: unknown): boolean => error instanceof StatusError && error.code >= 500
/** Nobody said what came of the request: a write may have been done, or may still be. */
export const isOpen = (error: unknown): boolean =>
  isServerFailure(error) || (error instanceof TransportError && !error.unprocessed)
/** The caller (or the end of the client) ended the request. */
export const isAborted = (error: unknown): boolean => error instanceof TransportError && error.kind === 'aborted'
/** There was no usable answer at all. */
export const isTransportError = (error: unknown): error is TransportError => error instanceof TransportError

function hasCode(error: unknown, code: number): boolean {
  return error instanceof StatusError && error.code === code
}
