import { type ClientRequest, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import { connectionError, transportError } from './connection-error.ts'
import type { Endpoint } from './endpoint.ts'
import type { ServerConfig } from './server-config.ts'

interface ProxyDial {
  readonly config: ServerConfig
  readonly proxyUrl: string
  readonly endpoint: Endpoint
  readonly signal: AbortSignal
}

/**
 * Opens a tunnel to the endpoint through an HTTP(S) proxy (CONNECT) or a SOCKS5 one.
 *
 * @throws TransportError; the message names the proxy's address, never its credentials.
 */
export async function dialProxy(options: ProxyDial): Promise<Socket> {
  const url = URL.canParse(options.proxyUrl) ? new URL(options.proxyUrl) : undefined
  switch (url?.protocol) {
    case 'http:':
    case 'https:':
      return connectTunnel(url, options)
    case 'socks5:':
    case 'socks5h:':
      return socksTunnel(url, options)
    default:
      throw transportError('other', options.config.name, {
        detail: 'the proxy URL must begin with http://, https:// or socks5://',
        unprocessed: true,
      })
  }
}

function connectTunnel(url: URL, options: ProxyDial): Promise<Socket> {
  const where = `${options.config.name} (proxy ${url.host})`
  const request = tunnelRequest(url, options)
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      request.destroy()
      reject(connectionError(where, options.signal.aborted ? options.signal.reason : cause, { unprocessed: true }))
    }
    request.on('error', fail)
    request.on('response', response => {
      response.resume()
      fail(transportError('other', where, { detail: `the proxy answered ${response.statusCode}`, unprocessed: true }))
    })
    request.on('connect', (response, socket: Socket) => {
      if (response.statusCode === 200) return resolve(socket.setNoDelay(true))
      socket.destroy()
      fail(transportError('other', where, { detail: `the proxy answered ${response.statusCode}`, unprocessed: true }))
    })
    request.end()
  })
}

function tunnelRequest(url: URL, options: ProxyDial): ClientRequest {
  const { authority } = options.endpoint
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return send({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(url), ...options.config.proxyHeaders },
    agent: false,
    signal: options.signal,
  })
}

function proxyAuthorization(url: URL): Record<string, string> {
  if (url.username === '') return {}
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

async function socksTunnel(url: URL, options: ProxyDial): Promise<Socket> {
  const where = `${options.config.name} (proxy ${url.host})`
  // Loaded only where somebody uses it.
  const { SocksClient } = await import('socks')
  try {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: url.port === '' ? 1080 : Number(url.port),
        type: 5,
        ...(url.username === '' ? {} : { userId: decodeURIComponent(url.username) }),
        ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      },
      command: 'connect',
      destination: { host: options.endpoint.host, port: options.endpoint.port },
      set_tcp_nodelay: true,
    })
    return socket
  } catch (cause) {
    throw connectionError(where, cause, { unprocessed: true })
  }
}
