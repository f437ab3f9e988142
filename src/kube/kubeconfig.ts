import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { newClusters, newContexts, newUsers } from '@kubernetes/client-node/dist/config_types.js'
import { parse } from 'yaml'
import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { ServerConfig, TokenSource } from './server-config.ts'
import { excessOf } from './yaml-limits.ts'

const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/

/** A kubeconfig that we do not use, and what to do about it. The message holds nothing of its contents but names. */
export class KubeconfigError extends Error {
  /** The field at fault as it stands in the file, e.g. `users[].user.exec`. */
  readonly field: string
  constructor(field: string, message: string) {
    super(`${field}: ${message}`)
    this.name = 'KubeconfigError'
    this.field = field
  }
}

export interface KubeconfigOptions {
  /** The client's name: 'host' or the member's. */
  readonly name: string
  /** Default: the file's current-context. */
  readonly context?: string
  /**
   * The operator's own kubeconfig: it may name files and switch TLS verification off. Default false: a kubeconfig that a
   * user gave us, which may only hold data.
   */
  readonly trusted?: boolean
  /** Accept insecure-skip-tls-verify and http:// although not trusted: the Cluster object allows it. Default false. */
  readonly allowInsecureTls?: boolean
  /** Where relative file names of a trusted kubeconfig begin. */
  readonly directory?: string
}

/**
 * Reads one context of a kubeconfig. Commands and auth provider plugins are never run.
 *
 * @throws KubeconfigError naming the field and what to do instead.
 * @source design.md "Runtime stack": kubeconfig by client-node, whose light part is used here
 */
export function serverConfigFromKubeconfig(text: string, options: KubeconfigOptions): ServerConfig {
  const { cluster, user } = selectContext(parseKubeconfig(text), options.context)
  refuseForbidden(cluster, user, options)
  const files = { trusted: options.trusted === true, directory: options.directory ?? '.' }
  // After the refusals: this reads the file of the misspelt field token-file.
  const [server] = checked('clusters', () => newClusters([{ name: 'cluster', cluster }]))
  const [identity] = checked('users', () => newUsers([{ name: 'user', user }]))
  if (server === undefined || identity === undefined) throw new KubeconfigError('clusters', 'no cluster is named')
  const caPem = pem('cluster', 'certificate-authority', { raw: cluster, files })
  const clientCertPem = pem('user', 'client-certificate', { raw: user, files })
  const clientKeyPem = pem('user', 'client-key', { raw: user, files })
  const token = tokenOf(user, identity.token, files.directory)
  return {
    name: options.name,
    server: server.server,
    insecureSkipTlsVerify: server.skipTLSVerify,
    ...(caPem === undefined ? {} : { caPem }),
    ...(server.tlsServerName ? { serverName: server.tlsServerName } : {}),
    ...(server.proxyUrl ? { proxyUrl: server.proxyUrl } : {}),
    ...(clientCertPem === undefined ? {} : { clientCertPem }),
    ...(clientKeyPem === undefined ? {} : { clientKeyPem }),
    ...(token === undefined ? {} : { token }),
    ...(identity.username ? { basicAuth: { username: identity.username, password: identity.password ?? '' } } : {}),
  }
}

function parseKubeconfig(text: string): JsonObject {
  const tooMuch = excessOf(text)
  if (tooMuch !== undefined) throw new KubeconfigError('kubeconfig', tooMuch)
  let parsed: unknown
  try {
    // Aliases are how a small YAML grows without end. The parser's own words would quote the text around the mistake.
    parsed = parse(text, { maxAliasCount: 0, prettyErrors: false, logLevel: 'error' })
  } catch {
    throw new KubeconfigError(
      'kubeconfig',
      'it is not valid YAML (anchors, aliases and keys that stand twice are not accepted)',
    )
  }
  if (!isJsonObject(parsed)) throw new KubeconfigError('kubeconfig', 'it is no YAML map')
  return parsed
}

function selectContext(
  config: JsonObject,
  contextName: string | undefined,
): { readonly cluster: JsonObject; readonly user: JsonObject } {
  const name = contextName ?? config['current-context']
  if (typeof name !== 'string' || name === '') {
    throw new KubeconfigError('current-context', 'it is empty: name the context to use')
  }
  const raw = named(config, 'contexts', name)
  const [context] = checked('contexts', () => newContexts([raw]))
  if (context === undefined || typeof context.cluster !== 'string') {
    throw new KubeconfigError('contexts[].context.cluster', 'it is missing')
  }
  const cluster = named(config, 'clusters', context.cluster)['cluster']
  if (!isJsonObject(cluster)) throw new KubeconfigError('clusters[].cluster', 'it is missing')
  const user = typeof context.user === 'string' ? named(config, 'users', context.user)['user'] : undefined
  for (const field of ['server', 'tls-server-name', 'proxy-url']) checkText(cluster, `clusters[].cluster.${field}`)
  if (!isJsonObject(user)) return { cluster, user: {} }
  for (const field of ['token', 'tokenFile', 'username', 'password']) checkText(user, `users[].user.${field}`)
  return { cluster, user }
}

function named(config: JsonObject, list: 'contexts' | 'clusters' | 'users', name: string): JsonObject {
  const entries: unknown = config[list]
  const found = Array.isArray(entries)
    ? entries.filter((entry: unknown): entry is JsonObject => isJsonObject(entry) && entry['name'] === name)
    : []
  const [first] = found
  if (first === undefined) throw new KubeconfigError(list, 'there is none with the name that the context asks for')
  // As in kubectl: who reads the file would not know which one counts.
  if (found.length > 1) throw new KubeconfigError(list, 'there are several with the name that the context asks for')
  return first
}

function checkText(object: JsonObject, path: string): void {
  const value = object[path.slice(path.lastIndexOf('.') + 1)]
  if (value !== undefined && value !== null && typeof value !== 'string')
    throw new KubeconfigError(path, 'it is no string')
}

/** Fields that are never accepted. */
const PLUGINS: Readonly<Record<string, string>> = {
  exec: 'commands are never run: put a token (of a ServiceAccount) or client-certificate-data and client-key-data here',
  'auth-provider': 'plugins are not supported: put a token (of a ServiceAccount) here',
  'token-file': 'the field is called tokenFile',
  as: 'impersonation is not supported: give credentials of the identity itself',
  'as-uid': 'impersonation is not supported: give credentials of the identity itself',
  'as-groups': 'impersonation is not supported: give credentials of the identity itself',
  'as-user-extra': 'impersonation is not supported: give credentials of the identity itself',
}

/** Fields that name files: refused unless the kubeconfig is the operator's own. */
const FILES: Readonly<Record<string, string>> = {
  'client-certificate':
    'files of the operator are out of reach: put the contents, base64, into client-certificate-data',
  'client-key': 'files of the operator are out of reach: put the contents, base64, into client-key-data',
  tokenFile: 'files of the operator are out of reach: put the token itself into token',
}

function refuseForbidden(cluster: JsonObject, user: JsonObject, options: KubeconfigOptions): void {
  refuse(user, PLUGINS)
  if (options.trusted === true) return
  refuse(user, FILES)
  if (isSet(cluster['certificate-authority'])) {
    throw new KubeconfigError(
      'clusters[].cluster.certificate-authority',
      'files of the operator are out of reach: put the contents, base64, into certificate-authority-data',
    )
  }
  if (options.allowInsecureTls !== true) refuseInsecure(cluster)
}

function refuseInsecure(cluster: JsonObject): void {
  if (isSet(cluster['insecure-skip-tls-verify']) && cluster['insecure-skip-tls-verify'] !== false) {
    throw new KubeconfigError(
      'clusters[].cluster.insecure-skip-tls-verify',
      'put the CA into certificate-authority-data, or set spec.insecureSkipTLSVerification of the Cluster',
    )
  }
  if (typeof cluster['server'] === 'string' && /^http:/i.test(cluster['server'])) {
    throw new KubeconfigError('clusters[].cluster.server', 'it must be https: credentials do not travel in the clear')
  }
}

function refuse(user: JsonObject, fields: Readonly<Record<string, string>>): void {
  for (const [field, message] of Object.entries(fields)) {
    if (isSet(user[field])) throw new KubeconfigError(`users[].user.${field}`, message)
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

function tokenOf(user: JsonObject, token: string | undefined, directory: string): TokenSource | undefined {
  // As in kubectl, the file wins.
  if (typeof user['tokenFile'] === 'string' && user['tokenFile'] !== '')
    return { type: 'file', path: resolve(directory, user['tokenFile']) }
  return token ? { type: 'static', token } : undefined
}

interface PemSource {
  readonly raw: JsonObject
  readonly files: { readonly trusted: boolean; readonly directory: string }
}

/** PEM from `<field>-data` (base64), else from the file that `field` names. */
function pem(section: 'cluster' | 'user', field: string, { raw, files }: PemSource): string | undefined {
  const data = raw[`${field}-data`]
  const path = raw[field]
  if (isSet(data)) return fromBase64(`${section}s[].${section}.${field}-data`, data)
  if (!files.trusted || typeof path !== 'string' || path === '') return undefined
  try {
    return readFileSync(resolve(files.directory, path), 'utf8')
  } catch {
    throw new KubeconfigError(`${section}s[].${section}.${field}`, 'the file cannot be read')
  }
}

function fromBase64(field: string, data: unknown): string {
  if (typeof data !== 'string' || !BASE64.test(data)) throw new KubeconfigError(field, 'it is not base64')
  return Buffer.from(data, 'base64').toString('latin1')
}

/** client-node's readers throw plain errors that say which entry lacks what. */
function checked<T>(field: string, read: () => T): T {
  try {
    return read()
  } catch {
    throw new KubeconfigError(field, 'an entry lacks its name or a required field, or has one of the wrong type')
  }
}
