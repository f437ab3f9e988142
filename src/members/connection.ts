import { createHash } from 'node:crypto'
import { type Endpoint, parseEndpoint } from '../kube/endpoint.ts'
import { serverConfigFromKubeconfig } from '../kube/kubeconfig.ts'
import type { ServerConfig } from '../kube/server-config.ts'

/** What a Cluster object says of the way to its apiserver. */
export interface ConnectionSpec {
  readonly apiEndpoint?: string
  readonly insecureSkipTLSVerification?: boolean
  readonly proxyURL?: string
  readonly proxyHeader?: Readonly<Record<string, string>>
}

/** `data` of a Secret: base64 by key. */
export type SecretData = Readonly<Record<string, string>>

/** How to reach a member. Holds credentials: never log it. */
export interface MemberConnection {
  /** Everything but a token that may rotate. */
  readonly config: ServerConfig
  /** Bearer token; it can be replaced in a running connection. */
  readonly token?: string
  /** Tells two connections apart that cannot be turned into each other by a new token; reveals nothing. */
  readonly digest: string
}

/** What is wrong with what a Cluster and its Secret say of the connection (docs/reference/clusters.md). */
export type ConnectionFault =
  | 'SecretRefMissing'
  | 'SecretNamespaceForbidden'
  | 'SecretNotFound'
  | 'SecretInvalid'
  | 'KubeconfigInvalid'
  | 'EndpointInvalid'
  | 'EndpointNotEncrypted'
  | 'ProxyInvalid'

/** The Cluster or its Secret does not say how to connect; `message` names what to mend, and nothing of the Secret. */
export class ConnectionError extends Error {
  readonly fault: ConnectionFault
  constructor(fault: ConnectionFault, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'ConnectionError'
    this.fault = fault
  }
}

/**
 * The connection to a member from its Cluster object and Secret: the key `kubeconfig`, or `token` and `caBundle` as Karmada's
 * join writes them, and `tlsServerName` when the certificate names another host than the address. Fields of the Cluster win over those of the kubeconfig; TLS verification is only ever switched off by
 * the Cluster's own field.
 *
 * @param name the cluster's.
 * @throws ConnectionError when something is missing or malformed.
 * @source spec/behaviour/clusters.md §10; design.md, "Seams"
 */
export function resolveConnection(name: string, spec: ConnectionSpec, data: SecretData): MemberConnection {
  const kubeconfig = decode(data, 'kubeconfig')
  const base = kubeconfig === undefined ? fromToken(name, spec, data) : fromKubeconfig(name, spec, kubeconfig)
  const { token, ...fixed } = { ...base, ...overridesOf(spec) }
  checkServer(fixed)
  checkProxy(fixed)
  if (token?.type !== 'static') {
    const config = token === undefined ? fixed : { ...fixed, token }
    return { config, digest: digestOf(config) }
  }
  return { config: fixed, token: checkedToken(token.token), digest: digestOf({ ...fixed, token: 'rotating' }) }
}

/** What cannot stand in a header would fail each request, in words that help nobody. */
function checkedToken(text: string): string {
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new ConnectionError(
    'SecretInvalid',
    "the Secret's token holds spaces, line breaks or other characters that no token has: write it anew",
  )
}

/** A token must not travel where everybody can read it. */
function checkServer(config: ServerConfig): void {
  const { secure } = parseServer(config)
  if (!secure && config.insecureSkipTlsVerify !== true) {
    throw new ConnectionError(
      'EndpointNotEncrypted',
      'the server address is not encrypted: use https, or accept that by spec.insecureSkipTLSVerification',
    )
  }
}

function parseServer(config: ServerConfig): Endpoint {
  try {
    return parseEndpoint(config)
  } catch (cause) {
    throw new ConnectionError('EndpointInvalid', messageOf(cause), { cause })
  }
}

const PROXY_SCHEME = /^(?:https?|socks5h?):$/
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8192}$/
/** These say where a message ends and whom it is for. */
const FRAMING = new Set(['host', 'content-length', 'transfer-encoding', 'connection'])

function checkProxy({ proxyUrl, proxyHeaders = {} }: ServerConfig): void {
  if (proxyUrl !== undefined) {
    const url = URL.canParse(proxyUrl) ? new URL(proxyUrl) : undefined
    if (url === undefined || !PROXY_SCHEME.test(url.protocol) || url.hostname === '') {
      throw new ConnectionError(
        'ProxyInvalid',
        'the proxy is no URL with scheme http, https or socks5 and a host, such as http://proxy.example.com:3128',
      )
    }
  }
  for (const [name, value] of Object.entries(proxyHeaders)) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value) || FRAMING.has(name.toLowerCase()))
      throw new ConnectionError('ProxyInvalid', 'spec.proxyHeader holds what cannot be sent as a header')
  }
}

function fromKubeconfig(name: string, spec: ConnectionSpec, text: string): ServerConfig {
  try {
    return serverConfigFromKubeconfig(text, { name, allowInsecureTls: spec.insecureSkipTLSVerification === true })
  } catch (cause) {
    throw new ConnectionError('KubeconfigInvalid', `the Secret's kubeconfig cannot be used: ${messageOf(cause)}`, {
      cause,
    })
  }
}

function fromToken(name: string, spec: ConnectionSpec, data: SecretData): ServerConfig {
  const token = decode(data, 'token')?.trim()
  if (!token) throw new ConnectionError('SecretInvalid', "the Secret has neither a key 'kubeconfig' nor a key 'token'")
  if (!spec.apiEndpoint) {
    throw new ConnectionError(
      'EndpointInvalid',
      "spec.apiEndpoint is empty, and a Secret with 'token' does not name the apiserver",
    )
  }
  const caPem = decode(data, 'caBundle')
  const serverName = decode(data, 'tlsServerName')?.trim()
  return {
    name,
    server: spec.apiEndpoint,
    token: { type: 'static', token },
    ...(caPem === undefined || caPem === '' ? {} : { caPem }),
    ...(serverName ? { serverName } : {}),
  }
}

function overridesOf(spec: ConnectionSpec): Partial<ServerConfig> {
  return {
    ...(spec.apiEndpoint ? { server: spec.apiEndpoint } : {}),
    ...(spec.proxyURL ? { proxyUrl: spec.proxyURL } : {}),
    ...(spec.proxyHeader === undefined ? {} : { proxyHeaders: spec.proxyHeader }),
    insecureSkipTlsVerify: spec.insecureSkipTLSVerification === true,
    refuseReservedAddresses: true,
  }
}

function decode(data: SecretData, key: string): string | undefined {
  const value: unknown = Object.hasOwn(data, key) ? data[key] : undefined
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : undefined
}

function digestOf(config: object): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('base64url')
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
