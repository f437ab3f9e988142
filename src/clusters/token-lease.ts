import { ANNOTATION } from '../api/names.ts'
import type { GrantedToken } from '../kube/token-request.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { type ObjectKey, parseKey } from '../object/object-key.ts'

/** A token that its bearer may ask a successor of. */
export interface TokenLease {
  /** In the cluster that the token is for. */
  readonly serviceAccount: ObjectKey
  /** What was granted last, and is asked for again. */
  readonly lifetimeMs: number
  /** By our own clock: of another one nothing is assumed. */
  readonly expiresMs: number
}

/** @returns the lease of the token in a Secret; undefined for credentials that somebody else renews. */
export function readTokenLease({ metadata: { annotations = {} } }: KubeObject): TokenLease | undefined {
  const account = annotations[ANNOTATION.tokenServiceAccount]
  const lifetimeMs = Number(annotations[ANNOTATION.tokenLifetime]) * 1000
  const expiresMs = Date.parse(annotations[ANNOTATION.tokenExpires] ?? '')
  if (!account || !(lifetimeMs > 0) || Number.isNaN(expiresMs)) return undefined
  return { serviceAccount: parseKey(account), lifetimeMs, expiresMs }
}

/**
 * Of its life so much passes before a token is replaced: however long the other side stays away after that, at least the
 * rest of a full lifetime is left.
 */
const RENEWED_AFTER = 0.2

/** @returns milliseconds until the token is to be replaced, 0 when it is due. */
export function untilRenewal({ lifetimeMs, expiresMs }: TokenLease, nowMs: number): number {
  return Math.max(0, expiresMs - (1 - RENEWED_AFTER) * lifetimeMs - nowMs)
}

/**
 * What becomes of the Secret with a new token, by our clock: a merge patch for the Secret that was looked at, so that
 * somebody who brings other credentials meanwhile keeps his.
 */
export function renewedSecret(secret: KubeObject, { token, lifetimeMs }: GrantedToken, nowMs: number): JsonObject {
  const { resourceVersion } = secret.metadata
  const annotations = {
    [ANNOTATION.tokenLifetime]: String(Math.round(lifetimeMs / 1000)),
    [ANNOTATION.tokenExpires]: new Date(nowMs + lifetimeMs).toISOString(),
  }
  return { metadata: { annotations, resourceVersion }, data: { token: Buffer.from(token).toString('base64') } }
}
