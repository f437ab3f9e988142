import { connect as connectTcp, isIP, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { connectionError, transportError } from './connection-error.ts'
import type { Endpoint } from './endpoint.ts'
import { dialProxy } from './proxy.ts'
import type { ServerConfig } from './server-config.ts'
import type { Timing } from './timing.ts'

/** An open connection and the protocol that both sides agreed on. */
export interface Dialled {
  readonly socket: Socket | TLSSocket
  readonly protocol: 'h2' | 'http/1.1'
}

/** Opens connections to one endpoint. The TLS context (CA, client certificate) is built once. */
export type Dial = (signal: AbortSignal) => Promise<Dialled>

export interface DialOptions {
  readonly config: ServerConfig
  readonly endpoint: Endpoint
  /** For TCP, proxy and TLS together. */
  readonly timeoutMs: number
  readonly timing: Timing
}

/** @returns a dialler; what is wrong with certificates shows at the first call, as a TransportError. */
export function newDial(options: DialOptions): Dial {
  const { config, endpoint, timing } = options
  const where = `${config.name} (${endpoint.authority})`
  let context: SecureContext | undefined
  return async signal => {
    const limit = new AbortController()
    const onAbort = (): void => limit.abort(signal.reason)
    const cancelTimer = timing.after(options.timeoutMs, () =>
      limit.abort(transportError('timeout', where, { detail: 'no connection was made', unprocessed: true })),
    )
    signal.addEventListener('abort', onAbort)
    try {
      if (endpoint.secure) context ??= secureContext(config, where)
      return await open({ config, endpoint, context, where, signal: limit.signal })
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

interface Opening {
  readonly config: ServerConfig
  readonly endpoint: Endpoint
  readonly context: SecureContext | undefined
  readonly where: string
  readonly signal: AbortSignal
}

async function open(opening: Opening): Promise<Dialled> {
  const transport = await openTransport(opening)
  if (opening.context === undefined) return { socket: transport, protocol: 'http/1.1' }
  return secure(transport, opening.context, opening)
}

function secureContext(config: ServerConfig, where: string): SecureContext {
  // Node takes a CA that holds no certificate without a word, and every server then looks untrusted.
  if (config.caPem !== undefined && !config.caPem.includes('-----BEGIN ')) {
    throw transportError('tls-ca', where, { detail: 'the given CA is not PEM', unprocessed: true })
  }
  try {
    return createSecureContext({
      ...(config.caPem === undefined ? {} : { ca: config.caPem }),
      ...(config.clientCertPem === undefined ? {} : { cert: config.clientCertPem }),
      ...(config.clientKeyPem === undefined ? {} : { key: config.clientKeyPem }),
      minVersion: 'TLSv1.2',
    })
  } catch (cause) {
    const detail = 'the CA or the client certificate and key cannot be read as PEM'
    throw transportError('tls-ca', where, { detail, unprocessed: true, cause })
  }
}

async function openTransport(opening: Opening): Promise<Socket> {
  const { config, endpoint, where, signal } = opening
  if (config.proxyUrl !== undefined) return dialProxy({ config, proxyUrl: config.proxyUrl, endpoint, signal })
  const socket = connectTcp({ host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true })
  await opened(socket, 'connect', { where, signal })
  return socket
}

async function secure(transport: Socket, secureContext: SecureContext, opening: Opening): Promise<Dialled> {
  const name = opening.endpoint.certificateName
  const socket = connectTls({
    socket: transport,
    secureContext,
    // An IP address may not travel as SNI.
    servername: isIP(name) === 0 ? name : '',
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    rejectUnauthorized: opening.config.insecureSkipTlsVerify !== true,
    ALPNProtocols: ['h2', 'http/1.1'],
  })
  await opened(socket, 'secureConnect', opening)
  return { socket, protocol: socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1' }
}

/** Waits for `event`; on failure or abort the socket is destroyed. */
export function opened(
  socket: Duplex,
  event: string,
  options: { readonly where: string; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      settle()
      socket.destroy()
      reject(connectionError(options.where, cause, { unprocessed: true }))
    }
    const onError = (cause: Error): void => fail(cause)
    const onClose = (): void => fail(transportError('reset', options.where, { unprocessed: true }))
    const onAbort = (): void => fail(options.signal.reason)
    const onOpen = (): void => {
      settle()
      resolve()
    }
    const settle = (): void => {
      socket.off('error', onError).off('close', onClose).off(event, onOpen)
      options.signal.removeEventListener('abort', onAbort)
    }
    // Errors that come before or after anybody else listens must not end the process.
    socket.on('error', () => undefined)
    if (options.signal.aborted) return onAbort()
    socket.on('error', onError).on('close', onClose).on(event, onOpen)
    options.signal.addEventListener('abort', onAbort)
  })
}
