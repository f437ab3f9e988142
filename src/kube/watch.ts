import { keyOf } from '../object/object-key.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { WatchEvent, WatchOptions } from './client.ts'
import { transportError } from './connection-error.ts'
import { asKubeObject } from './decode-object.ts'
import { decodeBody, failureOf, statusError } from './decode-response.ts'
import { echoedVersion } from './echo.ts'
import { skimJson } from './json.ts'
import { newLineSplitter } from './lines.ts'
import { Pieces } from './pieces.ts'
import type { WireStream } from './receive.ts'
import { isTooLarge } from './status-error.ts'

const INITIAL_EVENTS_END = 'k8s.io/initial-events-end'
/** An error answer is a Status: small. */
const MAX_ERROR_BYTES = 1024 * 1024

export interface ReadWatch {
  readonly where: string
  readonly maxEventBytes: number
  /** Events of versions that are known by it are told as ECHO. */
  readonly uidOfOwnWrite?: WatchOptions['uidOfOwnWrite']
}

/**
 * The events of an open watch. Ends when the server ends the stream. What nests too deep is told as UNREADABLE.
 *
 * @throws StatusError for an answer of 400 and above and for an ERROR event (isExpired: list again); TransportError
 * when the connection breaks or what comes is no watch event.
 */
export async function* readWatch(stream: WireStream, options: ReadWatch): AsyncGenerator<WatchEvent, void> {
  if (stream.statusCode >= 400) throw await readFailure(stream, options.where)
  const splitter = newLineSplitter(options.maxEventBytes)
  for (let chunks = await stream.body.read(); chunks !== undefined; chunks = await stream.body.read()) {
    for (const chunk of chunks) {
      const lines = splitter.push(chunk)
      if (lines === undefined) throw tooLarge(options)
      for (const line of lines) yield echoOf(line, options) ?? decodeEvent(line, options.where)
    }
  }
}

/** The failure that a streamed answer of 400 and above tells of. */
export async function readFailure(stream: WireStream, where: string): Promise<Error> {
  return failureOf({ ...stream, body: await readAll(stream, where) }, where)
}

function echoOf(line: Buffer, { uidOfOwnWrite }: ReadWatch): WatchEvent | undefined {
  const resourceVersion = uidOfOwnWrite && echoedVersion(line, uidOfOwnWrite)
  return resourceVersion === undefined ? undefined : { type: 'ECHO', resourceVersion }
}

function decodeEvent(line: Buffer, where: string): WatchEvent {
  try {
    return asEvent(decodeBody(line, where), where)
  } catch (error) {
    if (!isTooLarge(error)) throw error
    return asUnreadable(asEvent(decodeBody(line, where, skimJson), where))
  }
}

/** One object that cannot be taken in must not end the watch of all others. What was known of it stays, as long as it is there. */
function asUnreadable(event: WatchEvent): WatchEvent {
  if (!('object' in event)) return event
  const { apiVersion, kind, metadata } = event.object
  const { resourceVersion = '' } = metadata
  if (event.type !== 'DELETED') return { type: 'UNREADABLE', resourceVersion, key: keyOf(event.object) }
  const { name, namespace, uid } = metadata
  const identity = { name, ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) }
  return { type: 'DELETED', object: { apiVersion, kind, metadata: { ...identity, resourceVersion } } }
}

function asEvent(event: unknown, where: string): WatchEvent {
  if (!isJsonObject(event)) throw malformed(where, 'a watch event is no object')
  const { type, object } = event
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED': {
      const decoded = asKubeObject(object)
      if (typeof decoded === 'string') throw malformed(where, decoded)
      return { type, object: decoded }
    }
    case 'BOOKMARK':
      return decodeBookmark(object, where)
    case 'ERROR':
      throw statusError(object, { statusCode: 500, retryAfter: undefined })
    default:
      throw malformed(where, 'a watch event has an unknown type')
  }
}

function decodeBookmark(object: unknown, where: string): WatchEvent {
  const metadata = isJsonObject(object) ? object['metadata'] : undefined
  const resourceVersion = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined
  if (!isJsonObject(metadata) || typeof resourceVersion !== 'string') {
    throw malformed(where, 'a bookmark has no resourceVersion')
  }
  const annotations = metadata['annotations']
  const initialEventsEnd = isJsonObject(annotations) && annotations[INITIAL_EVENTS_END] === 'true'
  return { type: 'BOOKMARK', resourceVersion, initialEventsEnd }
}

async function readAll(stream: WireStream, where: string): Promise<Buffer> {
  const pieces = new Pieces()
  for (let chunks = await stream.body.read(); chunks !== undefined; chunks = await stream.body.read()) {
    for (const chunk of chunks) {
      pieces.push(chunk)
      if (pieces.bytes > MAX_ERROR_BYTES) throw transportError('too-large', where, { detail: 'an error of over 1 MiB' })
    }
  }
  return pieces.takeJoined()
}

function malformed(where: string, detail: string): Error {
  return transportError('not-kubernetes', where, { detail })
}

function tooLarge(options: ReadWatch): Error {
  return transportError('too-large', options.where, { detail: `a watch event of over ${options.maxEventBytes} bytes` })
}
