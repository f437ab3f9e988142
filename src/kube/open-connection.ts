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

/**
 * Opens connections and speaks HTTP/2 on them where the server does, else HTTP/1.1 over at most `maxSockets`. One that ended
 * before it could be used is not usable, and tells why.
 */
export function newOpener(options: OpenOptions, maxSockets: number): (signal: AbortSignal) => Promise<Connection> {
  const dial = newDial({ ...options, timeoutMs: options.limits.connectTimeoutMs })
  const identity = impersonationHeaders(options.config.impersonate)
  return async signal => {
    const dialled = await dial(signal)
    const { socket } = dialled
    return dialled.protocol === 'h2' && socket instanceof TLSSocket
      ? greeted(new Http2Connection({ ...options, identity, socket }), options, signal)
      : new Http1Connection({ ...options, identity, first: dialled, dial, signal, maxSockets })
  }
}

/** Before the server has spoken nobody knows how many requests may go out: those beyond would wait for others to end. */
async function greeted(
  connection: Http2Connection,
  { where, limits, timing, progress }: OpenOptions,
  signal: AbortSignal,
): Promise<Connection> {
  progress.reached('http2')
  const onAbort = (): void => connection.close(signal.reason)
  const cancelTimer = timing.after(limits.connectTimeoutMs, () => connection.close(progress.timeoutOf(where)))
  signal.addEventListener('abort', onAbort)
  await connection.greeted()
  cancelTimer()
  signal.removeEventListener('abort', onAbort)
  return connection
}
