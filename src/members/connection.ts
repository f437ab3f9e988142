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

/** The Cluster or its Secret does not say how to connect; `message` names what to mend. */
export class ConnectionError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'ConnectionError'
  }
}

/**
 * The connection to a member from its Cluster object and Secret: the key `kubeconfig`, or `token` and `caBundle` as Karmada's
 * join writes them. Fields of the Cluster win over those of the kubeconfig; TLS verification is only ever switched off by
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
  if (token?.type !== 'static') {
    const config = token === undefined ? fixed : { ...fixed, token }
    return { config, digest: digestOf(config) }
  }
  return { config: fixed, token: token.token, digest: digestOf({ ...fixed, token: 'rotating' }) }
}

/** A token must not travel where everybody can read it. */
function checkServer(config: ServerConfig): void {
  const { secure } = parseServer(config)
  if (!secure && config.insecureSkipTlsVerify !== true) {
    throw new ConnectionError(
      'the server address is not encrypted: use https, or accept that by spec.insecureSkipTLSVerification',
    )
  }
}

function parseServer(config: ServerConfig): Endpoint {
  try {
    return parseEndpoint(config)
  } catch (cause) {
    throw new ConnectionError(messageOf(cause), { cause })
  }
}

function fromKubeconfig(name: string, spec: ConnectionSpec, text: string): ServerConfig {
  try {
    return serverConfigFromKubeconfig(text, { name, allowInsecureTls: spec.insecureSkipTLSVerification === true })
  } catch (cause) {
    throw new ConnectionError(`the Secret's kubeconfig cannot be used: ${messageOf(cause)}`, { cause })
  }
}

function fromToken(name: string, spec: ConnectionSpec, data: SecretData): ServerConfig {
  const token = decode(data, 'token')?.trim()
  if (!token) throw new ConnectionError("the Secret has neither a key 'kubeconfig' nor a key 'token'")
  if (!spec.apiEndpoint) {
    throw new ConnectionError("spec.apiEndpoint is empty, and a Secret with 'token' does not name the apiserver")
  }
  const caPem = decode(data, 'caBundle')
  return {
    name,
    server: spec.apiEndpoint,
    token: { type: 'static', token },
    ...(caPem === undefined || caPem === '' ? {} : { caPem }),
  }
}

function overridesOf(spec: ConnectionSpec): Partial<ServerConfig> {
  return {
    ...(spec.apiEndpoint ? { server: spec.apiEndpoint } : {}),
    ...(spec.proxyURL ? { proxyUrl: spec.proxyURL } : {}),
    ...(spec.proxyHeader === undefined ? {} : { proxyHeaders: spec.proxyHeader }),
    insecureSkipTlsVerify: spec.insecureSkipTLSVerification === true,
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
