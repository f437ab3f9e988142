import { transportError } from './connection-error.ts'
import type { TransportError } from './status-error.ts'

/** What a dial waits for. */
export type DialStage = 'dns' | 'tcp' | 'proxy' | 'tls' | 'http2'

/** How far the latest dial to a server got: it tells what is wrong when the time is up. */
export interface DialProgress {
  reached(stage: DialStage): void
  /** The error of a dial that takes too long. */
  timeoutOf(where: string): TransportError
}

const TIMEOUTS = {
  dns: { kind: 'dns', detail: 'the name server does not answer' },
  tcp: {
    kind: 'connect-timeout',
    detail: 'its address does not answer at all, as behind a firewall that drops packets',
  },
  proxy: { kind: 'proxy', detail: 'it does not answer' },
  tls: { kind: 'connect-timeout', detail: 'TCP is connected, but nothing answers the TLS handshake' },
  http2: { kind: 'connect-timeout', detail: 'TLS stands, but nothing answers as HTTP/2' },
} as const

/** @returns a progress that stands at its beginning. */
export function newDialProgress(): DialProgress {
  let stage: DialStage = 'tcp'
  return {
    reached: next => {
      stage = next
    },
    timeoutOf: where => {
      const { kind, detail } = TIMEOUTS[stage]
      return transportError(kind, where, { detail, unprocessed: true })
    },
  }
}
