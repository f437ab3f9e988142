import { ConnectionError, type MemberConnection, resolveConnection, type SecretData } from '../../members/connection.ts'
import { stringsAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { readTokenLease, type TokenLease } from '../token-lease.ts'

/** How an agent reaches its host. Holds credentials: never log it. */
export interface HostAccess {
  readonly connection: MemberConnection
  /** Undefined for credentials that somebody else renews. */
  readonly lease: TokenLease | undefined
}

/**
 * The way to the host from the agent's Secret: `server`, `caBundle` and `token`, or a `kubeconfig`.
 *
 * @throws ConnectionError telling what to mend.
 */
export function readHostAccess(secret: KubeObject): HostAccess {
  const data: SecretData = stringsAt(secret, 'data')
  const server = Buffer.from(data['server'] ?? '', 'base64')
    .toString('utf8')
    .trim()
  if (server === '' && data['kubeconfig'] === undefined) {
    throw new ConnectionError('EndpointInvalid', "the Secret has neither a key 'kubeconfig' nor a key 'server'")
  }
  const connection = resolveConnection('host', { ...(server !== '' && { apiEndpoint: server }) }, data)
  return { connection, lease: readTokenLease(secret) }
}
