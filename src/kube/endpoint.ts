import { isIP } from 'node:net'
import type { ServerConfig } from './server-config.ts'
import { TransportError } from './status-error.ts'

/** A server URL, taken apart once. */
export interface Endpoint {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** `host:port` as it stands in a Host header. */
  readonly authority: string
  /** The path in front of every request path, without a trailing slash; mostly ''. */
  readonly pathPrefix: string
  /** The name that the certificate must carry. */
  readonly certificateName: string
}

/** @throws TransportError (other) when `server` is no http(s) URL. */
export function parseEndpoint(config: Pick<ServerConfig, 'server' | 'serverName'>): Endpoint {
  const url = parseUrl(config.server)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  return {
    secure,
    host,
    port,
    authority: `${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
    certificateName: config.serverName ?? host,
  }
}

function parseUrl(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw refused('the server address is not an http or https URL')
  }
  if (url.username !== '' || url.password !== '') throw refused('the server address holds credentials')
  if (url.search !== '' || url.hash !== '') throw refused('the server address holds a query or a fragment')
  return url
}

function refused(message: string): TransportError {
  return new TransportError('other', message, { unprocessed: true })
}
