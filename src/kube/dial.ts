import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from 'node:tls'
import { type CertificateFacts, describeCertificate, readCertificate } from './certificate-facts.ts'
import { type ConnectionErrorOptions, connectionError, transportError } from './connection-error.ts'
import type { DialProgress } from './dial-progress.ts'
import type { Endpoint } from './endpoint.ts'
import { opened } from './opened.ts'
import { dialProxy } from './proxy.ts'
import { guardedLookup, isReservedAddress, reservedAddressError } from './reserved-address.ts'
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
  /** Is told how far the dial gets. */
  readonly progress: DialProgress
  readonly lookup?: LookupFunction
  /** What is offered to the server, by preference. Default: HTTP/2, then HTTP/1.1. */
  readonly protocols?: readonly Dialled['protocol'][]
}

/** @returns a dialler; what is wrong with certificates shows at the first call, as a TransportError. */
export function newDial(options: DialOptions): Dial {
  const { config, endpoint, timing, progress } = options
  const where = `${config.name} (${endpoint.authority})`
  let context: SecureContext | undefined
  return async signal => {
    if (signal.aborted) throw connectionError(where, signal.reason, { unprocessed: true })
    const limit = new AbortController()
    const onAbort = (): void => limit.abort(signal.reason)
    const cancelTimer = timing.after(options.timeoutMs, () => limit.abort(progress.timeoutOf(where)))
    signal.addEventListener('abort', onAbort)
    try {
      if (endpoint.secure) context ??= secureContext(config, where)
      return await open({ ...options, context, where, signal: limit.signal })
    } finally {
      cancelTimer()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

interface Opening extends DialOptions {
  readonly context: SecureContext | undefined
  readonly where: string
  readonly signal: AbortSignal
}

async function open(opening: Opening): Promise<Dialled> {
  const transport = await openTransport(opening)
  if (opening.context === undefined) return { socket: transport, protocol: 'http/1.1' }
  opening.progress.reached('tls')
  return secure(transport, opening.context, opening)
}

function secureContext(config: ServerConfig, where: string): SecureContext {
  // Node takes a CA that holds no certificate without a word, and every server then looks untrusted.
  if (config.caPem !== undefined && !config.caPem.includes('-----BEGIN ')) {
    throw transportError('credentials', where, { detail: 'the CA is not PEM', unprocessed: true })
  }
  try {
    return createSecureContext({
      ...(config.caPem === undefined ? {} : { ca: config.caPem }),
      ...(config.clientCertPem === undefined ? {} : { cert: config.clientCertPem }),
      ...(config.clientKeyPem === undefined ? {} : { key: config.clientKeyPem }),
      minVersion: 'TLSv1.2',
    })
  } catch {
    // Without the cause: OpenSSL's words are no help, and the key is near.
    const detail = 'they cannot be read as PEM, or the key does not belong to the certificate'
    throw transportError('credentials', where, { detail, unprocessed: true })
  }
}

async function openTransport(opening: Opening): Promise<Socket> {
  const { config, endpoint, where, signal, progress } = opening
  const guarded = config.refuseReservedAddresses === true
  if (guarded && isReservedAddress(endpoint.host)) throw reservedAddressError(where)
  const lookup = guarded ? guardedLookup(where, opening.lookup) : opening.lookup
  if (config.proxyUrl !== undefined) {
    progress.reached('proxy')
    return dialProxy({ config, proxyUrl: config.proxyUrl, endpoint, signal, ...(lookup && { lookup }) })
  }
  progress.reached(isIP(endpoint.host) === 0 ? 'dns' : 'tcp')
  const { host, port } = endpoint
  const socket = connectTcp({ host, port, noDelay: true, keepAlive: true, ...(lookup && { lookup }) })
  socket.once('lookup', () => progress.reached('tcp'))
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
    ALPNProtocols: [...(opening.protocols ?? ['h2', 'http/1.1'])],
  })
  let shown: CertificateFacts | undefined
  // Before Node judges the certificate: afterwards a refused one is gone, and nobody can say what was wrong with it.
  socket.prependListener('secure', () => {
    shown = readCertificate(socket.getPeerCertificate())
  })
  const detail: ConnectionErrorOptions['detail'] = kind => describeCertificate(kind, shown, opening.timing.nowMs())
  await opened(socket, 'secureConnect', { ...opening, detail })
  return { socket, protocol: socket.alpnProtocol === 'h2' ? 'h2' : 'http/1.1' }
}
