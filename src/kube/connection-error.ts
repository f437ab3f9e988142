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
  ERR_SSL_WRONG_VERSION_NUMBER: 'not-kubernetes',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'not-kubernetes',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'not-kubernetes',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'not-kubernetes',
  EPROTO: 'not-kubernetes',
  HPE_HEADER_OVERFLOW: 'too-large',
}

const MESSAGE_OF_KIND: Readonly<Record<TransportErrorKind, string>> = {
  dns: 'its host name cannot be resolved',
  refused: 'nothing listens at its address (connection refused)',
  timeout: 'it did not answer in time',
  'tls-name': 'its certificate is for another name',
  'tls-ca': 'its certificate is not signed by the given CA',
  'cert-expired': 'its certificate has expired',
  'cert-not-yet-valid': 'its certificate is not valid yet',
  reset: 'the connection broke',
  aborted: 'the request was ended by the caller',
  'not-kubernetes': 'what answers there is not a Kubernetes apiserver',
  redirect: 'it redirects elsewhere, which is not followed',
  'too-large': 'its answer is larger than allowed',
  other: 'the connection failed',
}

/** Builds the error of a connection from what Node says of it; `where` is the address, never a credential. */
export function connectionError(
  where: string,
  cause: unknown,
  options: { readonly unprocessed?: boolean } = {},
): TransportError {
  if (cause instanceof TransportError) return cause
  const code = codeOf(cause)
  const kind = kindOf(code, cause)
  return new TransportError(kind, `${where}: ${describe(kind, code, cause)}`, { ...options, cause })
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
  return code.startsWith('HPE_') ? 'not-kubernetes' : 'other'
}

function describe(kind: TransportErrorKind, code: string | undefined, cause: unknown): string {
  if (kind === 'tls-name' || kind === 'other') return `${MESSAGE_OF_KIND[kind]} (${messageOf(cause)})`
  return code === undefined || kind === 'refused' ? MESSAGE_OF_KIND[kind] : `${MESSAGE_OF_KIND[kind]} (${code})`
}

function codeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return undefined
  return typeof cause.code === 'string' ? cause.code : undefined
}

// OpenSSL's messages may span lines and hold a whole certificate name list: keep them short.
function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return message.replaceAll(/\s+/g, ' ').slice(0, 300)
}
