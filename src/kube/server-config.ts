/** Where a bearer token comes from. */
export type TokenSource =
  | { readonly type: 'static'; readonly token: string }
  /** Read again when it rotates. Never from a member's kubeconfig. */
  | { readonly type: 'file'; readonly path: string }
  /** Asked for each request; caches itself. */
  | { readonly type: 'provider'; readonly token: () => string | Promise<string> }

/** Somebody else whom the server is to take us for; our own credentials need the right to impersonate. */
export interface Impersonation {
  readonly username: string
  /** Without those that an apiserver adds by itself. */
  readonly groups: readonly string[]
}

/** How to reach one apiserver and who we are there. Holds secrets: never log it. */
export interface ServerConfig {
  /** 'host' or the member's name: for messages, logs and metrics. */
  readonly name: string
  /** e.g. https://10.0.0.1:6443, optionally with a path. */
  readonly server: string
  /** The CA that must have signed the server's certificate; absent: the system's. */
  readonly caPem?: string
  /** The name that the server's certificate must carry, when it is not the host of `server`. */
  readonly serverName?: string
  readonly clientCertPem?: string
  readonly clientKeyPem?: string
  readonly token?: TokenSource
  readonly basicAuth?: { readonly username: string; readonly password: string }
  readonly impersonate?: Impersonation
  /** http://, https:// or socks5:// */
  readonly proxyUrl?: string
  /** Sent with the proxy's CONNECT. */
  readonly proxyHeaders?: Readonly<Record<string, string>>
  /** Somebody else chose the address: link-local ones and those of metadata services are not dialled. Default false. */
  readonly refuseReservedAddresses?: boolean
  /** The certificate is not checked at all. Default false. */
  readonly insecureSkipTlsVerify?: boolean
}

/** What a client may use. Every field has a default. */
export interface ClientLimits {
  /** For a request from its start to its last byte, retries included. Default 30 s. */
  readonly timeoutMs?: number
  /** For TCP and TLS together, and then for the first word of a server that speaks HTTP/2. Default 10 s. */
  readonly connectTimeoutMs?: number
  /** Largest answer. Default 64 MiB. */
  readonly maxResponseBytes?: number
  /** Largest single watch event. Default 16 MiB. */
  readonly maxWatchEventBytes?: number
  /** Requests in flight on one connection before another one is opened. Default 90 (an apiserver allows 100). */
  readonly maxStreamsPerSession?: number
  /** Connections for requests; watches have their own. Default 4. */
  readonly maxSessions?: number
  /** A connection on which nothing came for this long is pinged. Default 10 s. */
  readonly pingIntervalMs?: number
  /** An unanswered ping ends the connection after this long. Default 10 s. */
  readonly pingTimeoutMs?: number
  /** Requests a second on average; absent: no limit. */
  readonly qps?: number
  /** Requests at once before `qps` holds. Default: `qps`. */
  readonly burst?: number
  /** After failed dials nobody dials sooner than this, probes aside. Default 2 s. */
  readonly maxDialBackoffMs?: number
  /** How often a 429 or 503 with Retry-After is tried again. Default 5. */
  readonly maxRetries?: number
}

export type ResolvedLimits = Required<Omit<ClientLimits, 'qps' | 'burst'>> & Pick<ClientLimits, 'qps' | 'burst'>

const DEFAULT_LIMITS: ResolvedLimits = {
  timeoutMs: 30_000,
  connectTimeoutMs: 10_000,
  maxResponseBytes: 64 * 1024 * 1024,
  maxWatchEventBytes: 16 * 1024 * 1024,
  maxStreamsPerSession: 90,
  maxSessions: 4,
  pingIntervalMs: 10_000,
  pingTimeoutMs: 10_000,
  maxDialBackoffMs: 2_000,
  maxRetries: 5,
}

/** Fills in the defaults. */
export function resolveLimits(limits: ClientLimits = {}): ResolvedLimits {
  return { ...DEFAULT_LIMITS, ...limits }
}
