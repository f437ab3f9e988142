import type { LookupFunction } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Connection } from './connection.ts'
import { newDial } from './dial.ts'
import type { DialProgress } from './dial-progress.ts'
import type { Endpoint } from './endpoint.ts'
import { Http1Connection } from './http1-connection.ts'
import { Http2Connection } from './http2-connection.ts'
import { impersonationHeaders } from './impersonation.ts'
import type { ResolvedLimits, ServerConfig } from './server-config.ts'
import type { Timing } from './timing.ts'

export interface OpenOptions {
  readonly config: ServerConfig
  readonly endpoint: Endpoint
  readonly where: string
  readonly limits: ResolvedLimits
  readonly timing: Timing
  readonly progress: DialProgress
  readonly userAgent: string
  readonly lookup?: LookupFunction
}

/** Opens connections and speaks HTTP/2 on them where the server does, else HTTP/1.1 over at most `maxSockets`. */
export function newOpener(options: OpenOptions, maxSockets: number): (signal: AbortSignal) => Promise<Connection> {
  const dial = newDial({ ...options, timeoutMs: options.limits.connectTimeoutMs })
  const identity = impersonationHeaders(options.config.impersonate)
  return async signal => {
    const dialled = await dial(signal)
    const { socket } = dialled
    return dialled.protocol === 'h2' && socket instanceof TLSSocket
      ? new Http2Connection({ ...options, identity, socket })
      : new Http1Connection({ ...options, identity, first: dialled, dial, signal, maxSockets })
  }
}
