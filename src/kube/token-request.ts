import { numberAt, stringAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { Client } from './client.ts'
import { StatusError } from './status-error.ts'

/** What a token is asked for. */
export interface TokenWish {
  readonly lifetimeMs: number
  /** A Secret: the token ends with it. */
  readonly boundTo?: { readonly name: string; readonly uid: string }
}

export interface GrantedToken {
  readonly token: string
  /** What the apiserver granted, which may be less than was asked for; from the token itself, so that no clock counts. */
  readonly lifetimeMs: number
}

/**
 * Asks for a token of a ServiceAccount (TokenRequest).
 *
 * @throws StatusError, TransportError.
 */
export async function requestToken(
  client: Pick<Client, 'request'>,
  account: ObjectKey,
  wish: TokenWish & { readonly signal: AbortSignal },
): Promise<GrantedToken> {
  const answer = await client.request('POST', pathOf(account), bodyOf(wish), { signal: wish.signal })
  const token = stringAt(answer, 'status', 'token')
  if (token === undefined || token === '') {
    const message = `the answer holds no token for ${account.namespace}/${account.name}`
    throw new StatusError({ code: 500, reason: 'InternalError', message })
  }
  return { token, lifetimeMs: tokenLifetimeMs(token) ?? wish.lifetimeMs }
}

function pathOf({ namespace, name }: ObjectKey): string {
  return `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
}

function bodyOf({ lifetimeMs, boundTo }: TokenWish): JsonObject {
  const bound = boundTo && { boundObjectRef: { apiVersion: 'v1', kind: 'Secret', ...boundTo } }
  const spec = { expirationSeconds: Math.round(lifetimeMs / 1000), ...bound }
  return { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
}

/** @returns how long a JSON Web Token lasts from when it was issued, in milliseconds; undefined when it does not say. */
export function tokenLifetimeMs(token: string): number | undefined {
  const claims = claimsOf(token)
  const issued = numberAt(claims, 'iat')
  const expires = numberAt(claims, 'exp')
  return issued === undefined || expires === undefined || expires <= issued ? undefined : (expires - issued) * 1000
}

/** @returns whose token it is, by its own words, which only its issuer can check; undefined for any other token. */
export function tokenAccount(token: string): ObjectKey | undefined {
  const [, , namespace, name] = (stringAt(claimsOf(token), 'sub') ?? '').split(':')
  return namespace === undefined || name === undefined ? undefined : { namespace, name }
}

function claimsOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
