import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, type LookupFunction, type Socket } from 'node:net'
import { connectionError, transportError } from './connection-error.ts'
import type { Endpoint } from './endpoint.ts'
import { opened } from './opened.ts'
import { isReservedAddress, reservedAddressError } from './reserved-address.ts'
import type { ServerConfig } from './server-config.ts'
import { TransportError } from './status-error.ts'

interface ProxyDial {
  readonly config: ServerConfig
  readonly proxyUrl: string
  readonly endpoint: Endpoint
  readonly signal: AbortSignal
  readonly lookup?: LookupFunction
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
  'socks5h:': 1080,
}

/**
 * Opens a tunnel to the endpoint through an HTTP(S) proxy (CONNECT) or a SOCKS5 one.
 *
 * @throws TransportError (proxy); the message names the proxy's address, never its credentials.
 */
export async function dialProxy(options: ProxyDial): Promise<Socket> {
  const { config, endpoint, signal } = options
  const url = parseProxyUrl(options.proxyUrl, config.name)
  const where = `${config.name} (${endpoint.authority}, proxy ${url.host})`
  try {
    if (config.refuseReservedAddresses === true && isReservedAddress(addressOf(url).host))
      throw reservedAddressError(where)
    return await (url.protocol.startsWith('socks') ? socksTunnel(url, options) : connectTunnel(url, options))
  } catch (cause) {
    // The limit of the dial, or its end, is no fault of the proxy's.
    if (signal.aborted && signal.reason instanceof TransportError) throw signal.reason
    throw proxyError(where, cause)
  }
}

function parseProxyUrl(text: string, name: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && Object.hasOwn(DEFAULT_PORTS, url.protocol) && url.hostname !== '') return url
  const detail = 'its URL must begin with http://, https:// or socks5:// and name a host'
  throw transportError('proxy', name, { detail, unprocessed: true })
}

/** Everything that goes wrong on the way to a proxy, or is its answer. Without the cause: that of a library may carry credentials. */
function proxyError(where: string, cause: unknown): TransportError {
  const detail = cause instanceof ProxyRefusal ? cause.message : wordsOf(connectionError('', cause))
  return transportError('proxy', where, { detail, unprocessed: true })
}

function wordsOf({ message }: TransportError): string {
  return message.replace(/^[^:]*: /, '')
}

/** The proxy answered, and refuses; the message says what to do. */
class ProxyRefusal extends Error {}

const REFUSALS: Readonly<Record<number, string>> = {
  401: 'it wants credentials (401)',
  403: 'it does not allow this address (403)',
  404: 'it is no proxy (404)',
  405: 'it allows no tunnels (405)',
  407: 'it wants other credentials (407)',
  502: 'it cannot reach the apiserver (502)',
  503: 'it cannot reach the apiserver (503)',
  504: 'the apiserver does not answer it (504)',
}

function refusalOf(statusCode: number | undefined): ProxyRefusal {
  const code = statusCode ?? 0
  return new ProxyRefusal(REFUSALS[code] ?? `it answered ${code}`)
}

function connectTunnel(url: URL, options: ProxyDial): Promise<Socket> {
  const request = tunnelRequest(url, options)
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      request.destroy()
      reject(cause)
    }
    request.on('error', fail)
    request.on('response', response => {
      response.resume()
      fail(refusalOf(response.statusCode))
    })
    request.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) return resolve(socket.setNoDelay(true))
      socket.destroy()
      fail(refusalOf(response.statusCode))
    })
    request.end()
  })
}

function tunnelRequest(url: URL, options: ProxyDial): ClientRequest {
  const { authority } = options.endpoint
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return send({
    ...addressOf(url),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(url), ...options.config.proxyHeaders },
    agent: false,
    signal: options.signal,
    ...(options.lookup && { lookup: options.lookup }),
  })
}

function addressOf(url: URL): { readonly host: string; readonly port: number } {
  const port = url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port)
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: port ?? 0 }
}

function proxyAuthorization(url: URL): Record<string, string> {
  if (url.username === '') return {}
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** A lone % stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

async function socksTunnel(url: URL, { config, endpoint, signal, lookup }: ProxyDial): Promise<Socket> {
  const proxy = addressOf(url)
  const transport = connect({ ...proxy, noDelay: true, keepAlive: true, ...(lookup && { lookup }) })
  await opened(transport, 'connect', { where: config.name, signal })
  const onAbort = (): void => void transport.destroy()
  signal.addEventListener('abort', onAbort)
  try {
    // Loaded only where somebody uses it.
    const { SocksClient } = await import('socks')
    const { socket } = await SocksClient.createConnection({
      proxy: {
        ...proxy,
        type: 5,
        ...(url.username === '' ? {} : { userId: decoded(url.username) }),
        ...(url.password === '' ? {} : { password: decoded(url.password) }),
      },
      command: 'connect',
      destination: { host: endpoint.host, port: endpoint.port },
      existing_socket: transport,
    })
    return socket
  } catch (cause) {
    transport.destroy()
    throw new ProxyRefusal(`SOCKS: ${cause instanceof Error ? cause.message : 'failed'}`)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
