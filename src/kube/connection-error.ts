import { TransportError, type TransportErrorKind } from './status-error.ts'

const KIND_OF_CODE: Readonly<Record<string, TransportErrorKind>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_FAIL: 'dns',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'tls-name',
  CERT_HAS_EXPIRED: 'cert-expired',
  CERT_NOT_YET_VALID: 'cert-not-yet-valid',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-ca',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-ca',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-ca',
  CERT_SIGNATURE_FAILURE: 'tls-ca',
  CERT_UNTRUSTED: 'tls-ca',
  CERT_REJECTED: 'tls-ca',
  CERT_REVOKED: 'tls-ca',
  INVALID_CA: 'tls-ca',
  INVALID_PURPOSE: 'tls-ca',
  CERT_CHAIN_TOO_LONG: 'tls-ca',
  PATH_LENGTH_EXCEEDED: 'tls-ca',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ERR_STREAM_PREMATURE_CLOSE: 'reset',
  ERR_HTTP2_STREAM_ERROR: 'reset',
  ERR_HTTP2_SESSION_ERROR: 'reset',
  ERR_HTTP2_GOAWAY_SESSION: 'reset',
  ERR_HTTP2_INVALID_SESSION: 'reset',
  ERR_HTTP2_STREAM_CANCEL: 'reset',
  ERR_HTTP2_ERROR: 'not-kubernetes',
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-tls',
  ERR_SSL_RECORD_TOO_SMALL: 'not-tls',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'tls-handshake',
  EPROTO: 'tls-handshake',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  HPE_HEADER_OVERFLOW: 'too-large',
}

/** Codes that OpenSSL makes of an alert of the server; their middle part differs between its versions. */
const KIND_OF_PATTERN: readonly (readonly [RegExp, TransportErrorKind])[] = [
  [/^ERR_SSL_.*ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$/, 'client-cert'],
  [/^ERR_SSL_/, 'tls-handshake'],
  [/^HPE_/, 'not-kubernetes'],
]

const MESSAGE_OF_KIND: Readonly<Record<TransportErrorKind, string>> = {
  dns: 'its host name cannot be resolved',
  refused: 'nothing listens at its address (connection refused)',
  unreachable: 'there is no way to its address',
  reserved: 'its address is link-local or of a metadata service, which is never dialled',
  'connect-timeout': 'no connection could be made in time',
  timeout: 'it did not answer in time',
  'tls-name': 'its certificate is for another name',
  'tls-ca': 'its certificate is not signed by the given CA',
  'cert-expired': 'its certificate has expired',
  'cert-not-yet-valid': 'its certificate is not valid yet',
  'client-cert': 'it refuses our client certificate, or wants one and got none',
  'tls-handshake': 'no TLS session could be agreed on',
  'not-tls': 'what answers there does not speak TLS',
  credentials: 'the given CA, client certificate or key cannot be used',
  proxy: 'the proxy cannot be used',
  reset: 'the connection broke',
  aborted: 'the request was ended by the caller',
  'not-kubernetes': 'what answers there is not a Kubernetes apiserver',
  redirect: 'it redirects elsewhere, which is not followed',
  'too-large': 'its answer is larger than allowed',
  other: 'the connection failed',
}

/** What is known of a failure besides what Node says. */
export interface ConnectionErrorOptions {
  readonly unprocessed?: boolean
  /** Says more about a failure of this kind: words of ours, short and the same each time. */
  readonly detail?: ((kind: TransportErrorKind) => string | undefined) | undefined
}

/**
 * Builds the error of a connection from what Node says of it; `where` is the address, never a credential. The same failure
 * has the same message each time, so that a condition with it settles.
 */
export function connectionError(
  where: string,
  cause: unknown,
  { detail, unprocessed = false }: ConnectionErrorOptions = {},
): TransportError {
  if (cause instanceof TransportError) return cause
  const code = codeOf(cause)
  const kind = kindOf(code, cause)
  const more = detail?.(kind)
  const words = `${where}: ${describe(kind, code, cause)}${more === undefined ? '' : `: ${more}`}`
  return new TransportError(kind, words, { unprocessed, cause })
}

/** A TransportError of `kind` about `where`, with the usual words and optionally more. */
export function transportError(
  kind: TransportErrorKind,
  where: string,
  options: { readonly detail?: string; readonly unprocessed?: boolean; readonly cause?: unknown } = {},
): TransportError {
  const detail = options.detail === undefined ? '' : `: ${options.detail}`
  return new TransportError(kind, `${where}: ${MESSAGE_OF_KIND[kind]}${detail}`, {
    unprocessed: options.unprocessed ?? false,
    cause: options.cause,
  })
}

function kindOf(code: string | undefined, cause: unknown): TransportErrorKind {
  if (code === undefined) return cause instanceof AggregateError ? kindOf(codeOf(cause.errors[0]), undefined) : 'other'
  if (Object.hasOwn(KIND_OF_CODE, code)) return KIND_OF_CODE[code] ?? 'other'
  return KIND_OF_PATTERN.find(([pattern]) => pattern.test(code))?.[1] ?? 'other'
}

/** Of these the code tells no more; how a connection broke is a matter of who was at work in it just then, and differs each time. */
const SAID_ALREADY: ReadonlySet<TransportErrorKind> = new Set(['refused', 'reset'])

function describe(kind: TransportErrorKind, code: string | undefined, cause: unknown): string {
  if (kind === 'other') return `${MESSAGE_OF_KIND[kind]} (${messageOf(cause)})`
  return code === undefined || SAID_ALREADY.has(kind) ? MESSAGE_OF_KIND[kind] : `${MESSAGE_OF_KIND[kind]} (${code})`
}

function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined
  return typeof cause.code === 'string' ? cause.code : undefined
}

// OpenSSL's messages may span lines and hold a whole certificate name list: keep them short. They begin with the number of
// a thread, and those of sockets end with our own port: both differ each time.
function messageOf(cause: unknown): string {
  const known = typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : cause
  return String(known)
    .replace(/^[0-9A-F]+:error:[0-9A-F]+:/, '')
    .replace(/ - Local \(.*$/s, '')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 300)
}
