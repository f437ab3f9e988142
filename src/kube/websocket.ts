import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { connectionError, transportError } from './connection-error.ts'
import { failureOf } from './decode-response.ts'
import { newDial } from './dial.ts'
import { newDialProgress } from './dial-progress.ts'
import { parseEndpoint } from './endpoint.ts'
import { impersonationHeaders } from './impersonation.ts'
import type { ServerConfig } from './server-config.ts'
import { systemTiming } from './timing.ts'
import { newCredentials } from './token.ts'
import { encodeFrame, type Frame, newFrameDecoder } from './websocket-frames.ts'

const CONNECT_LIMIT_MS = 10_000
const ANSWER_LIMIT_MS = 30_000
const MAX_ERROR_BYTES = 64 * 1024
/** @source RFC 6455 §1.3 */
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** An open WebSocket. */
export interface WebSocketConnection {
  /** Sends a binary message. @returns false when the network is behind: wait for `drained`. */
  send(payload: Uint8Array): boolean
  /** Resolves when what was sent has left. */
  drained(): Promise<void>
  /** The messages of the server, until it or anybody ends the connection. @throws TransportError */
  messages(): AsyncIterable<Buffer>
  close(): void
}

export interface WebSocketOptions {
  /** With its query. */
  readonly path: string
  /** By preference; the server has to take one of them. */
  readonly protocols: readonly string[]
  readonly signal: AbortSignal
}

/**
 * Opens a WebSocket to an apiserver, with the same dialling, TLS rules, proxies and credentials as every other request.
 *
 * @throws StatusError for a refusal; TransportError.
 */
export async function openWebSocket(config: ServerConfig, options: WebSocketOptions): Promise<WebSocketConnection> {
  const endpoint = parseEndpoint(config)
  const where = `${config.name} (${endpoint.authority})`
  const progress = newDialProgress()
  const dial = newDial({
    config,
    endpoint,
    timeoutMs: CONNECT_LIMIT_MS,
    timing: systemTiming,
    progress,
    protocols: ['http/1.1'],
  })
  const authorization = await newCredentials(config, systemTiming).authorization()
  const { socket } = await dial(options.signal)
  const key = randomBytes(16).toString('base64')
  const headers = {
    ...impersonationHeaders(config.impersonate),
    ...(authorization !== undefined && { authorization }),
    host: endpoint.authority,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    'sec-websocket-protocol': options.protocols.join(', '),
  }
  const path = `${endpoint.pathPrefix}${options.path}`
  const rest = await upgrade({ socket, path, headers, where, key, signal: options.signal })
  return newConnection(socket, { rest, where, signal: options.signal })
}

interface Upgrading {
  readonly socket: Socket
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly where: string
  readonly key: string
  readonly signal: AbortSignal
}

/** @returns what came with the answer already. */
function upgrade({ socket, path, headers, where, key, signal }: Upgrading): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ path, headers, createConnection: () => socket, signal })
    const fail = (error: Error): void => {
      request.destroy()
      socket.destroy()
      reject(error)
    }
    request.setTimeout(ANSWER_LIMIT_MS, () => fail(transportError('timeout', where)))
    request.on('error', cause => fail(connectionError(where, cause)))
    request.on('response', response => {
      readError(response, where).then(fail, fail)
    })
    request.on('upgrade', (response, _socket, head: Buffer) => {
      request.setTimeout(0)
      socket.setTimeout(0)
      const accept = createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64')
      if (response.headers['sec-websocket-accept'] === accept) return resolve(head)
      fail(transportError('not-kubernetes', where, { detail: 'it answers no WebSocket' }))
    })
    request.end()
  })
}

async function readError(response: IncomingMessage, where: string): Promise<Error> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response) {
    chunks.push(Buffer.from(chunk))
    bytes += chunk.length
    if (bytes > MAX_ERROR_BYTES) break
  }
  const statusCode = response.statusCode ?? 0
  const contentType = response.headers['content-type'] ?? ''
  const head = { statusCode, contentType, retryAfter: undefined, etag: undefined, date: undefined }
  return failureOf({ ...head, body: Buffer.concat(chunks) }, where)
}

interface Around {
  readonly rest: Buffer
  readonly where: string
  readonly signal: AbortSignal
}

function newConnection(socket: Socket, { rest, where, signal }: Around): WebSocketConnection {
  const send = (type: Frame['type'], payload: Uint8Array): boolean =>
    !socket.destroyed && socket.write(encodeFrame(type, payload, randomBytes(4)))
  const onAbort = (): void => void socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', onAbort))
  return {
    send: payload => send('binary', payload),
    drained: () =>
      new Promise(resolve => {
        if (!socket.writableNeedDrain || socket.destroyed) return resolve()
        socket.once('drain', resolve).once('close', resolve)
      }),
    messages: () => readMessages({ socket, rest, where, pong: payload => void send('pong', payload) }),
    close: () => {
      send('close', Buffer.alloc(0))
      socket.end()
    },
  }
}

interface Reading {
  readonly socket: Socket
  readonly rest: Buffer
  readonly where: string
  readonly pong: (payload: Buffer) => void
}

async function* readMessages(reading: Reading): AsyncGenerator<Buffer, void> {
  let parts: readonly Buffer[] = []
  for await (const { type, payload, final } of readFrames(reading)) {
    if (type === 'close') return
    if (type === 'ping') reading.pong(payload)
    if (type === 'ping' || type === 'pong') continue
    parts = [...parts, payload]
    if (!final) continue
    yield Buffer.concat(parts)
    parts = []
  }
}

async function* readFrames({ socket, rest, where }: Reading): AsyncGenerator<Frame, void> {
  const decoder = newFrameDecoder()
  try {
    for await (const chunk of withRest(socket, rest)) {
      const frames = decoder.push(chunk)
      if (frames === undefined) throw transportError('not-kubernetes', where, { detail: 'it sent no frames' })
      yield* frames
    }
  } catch (cause) {
    throw connectionError(where, cause)
  }
}

async function* withRest(socket: Socket, rest: Buffer): AsyncGenerator<Buffer, void> {
  if (rest.length > 0) yield rest
  for await (const chunk of socket) yield Buffer.from(chunk)
}
