import { printableMessage } from '../object/printable.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { ResponseHead } from './connection.ts'
import { transportError } from './connection-error.ts'
import { decodeJson, JsonExcess } from './json.ts'
import type { WireResponse } from './receive.ts'
import { parseRetryAfterMs } from './retry.ts'
import { StatusError } from './status-error.ts'

const REASON_OF_CODE: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

/** So much of a stranger's words goes into a message. */
const MESSAGE_CHARACTERS = 1024

/**
 * The JSON of a successful answer.
 *
 * @throws StatusError for 400 and above; TransportError: `not-kubernetes` when the answer is not JSON, `too-large` when it nests too
 * deep or has too many values.
 */
export function decodeResponse(response: WireResponse, where: string): unknown {
  if (response.statusCode >= 400) throw failureOf(response, where)
  if (response.contentType.startsWith('text/html')) throw webPage(response, where)
  return decodeBody(response.body, where)
}

/** Parses JSON bytes. @throws TransportError (not-kubernetes, too-large) */
export function decodeBody(body: Buffer, where: string, decode: (text: string) => unknown = decodeJson): unknown {
  try {
    return decode(body.toString('utf8'))
  } catch (error) {
    if (error instanceof JsonExcess) throw transportError('too-large', where, { detail: error.message, cause: error })
    throw transportError('not-kubernetes', where, { detail: 'it sent something that is not JSON' })
  }
}

/** The error of an answer of 400 and above; an HTML page from anything but an overloaded proxy is no apiserver's. */
export function failureOf(response: WireResponse, where: string): Error {
  const { statusCode, contentType } = response
  if (contentType.startsWith('text/html') && statusCode < 500) {
    return webPage(response, where)
  }
  const status = contentType.includes('json') ? parseStatus(response.body) : undefined
  return status === undefined ? textError(response) : statusError(status, response)
}

function webPage({ statusCode }: WireResponse, where: string): Error {
  return transportError('not-kubernetes', where, { detail: `it sent a web page (status ${statusCode})` })
}

/**
 * A Status object as an error; `code` and Retry-After of the answer fill in what it lacks.
 *
 * @param status what came as a Status: any JSON.
 */
export function statusError(status: unknown, head: Pick<ResponseHead, 'statusCode' | 'retryAfter'>): StatusError {
  const fields = isJsonObject(status) ? status : {}
  const code = typeof fields['code'] === 'number' ? fields['code'] : head.statusCode
  const details = isJsonObject(fields['details']) ? fields['details'] : undefined
  const seconds = details?.['retryAfterSeconds']
  const retryAfterMs = typeof seconds === 'number' ? seconds * 1000 : parseRetryAfterMs(head.retryAfter)
  return new StatusError({
    code,
    reason: text(fields['reason']) ?? REASON_OF_CODE[code] ?? 'Unknown',
    message: text(fields['message']) ?? `the server answered ${code}`,
    ...(details === undefined ? {} : { details }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

function textError(response: WireResponse): StatusError {
  const words = response.body.toString('utf8', 0, MESSAGE_CHARACTERS).trim()
  const message = `the server answered ${response.statusCode}${words === '' ? '' : `: ${words}`}`
  return statusError({ message }, response)
}

function parseStatus(body: Buffer): unknown {
  try {
    const value = decodeJson(body.toString('utf8'))
    return isJsonObject(value) && value['kind'] === 'Status' ? value : undefined
  } catch {
    return undefined
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? printableMessage(value, 16 * MESSAGE_CHARACTERS) : undefined
}
