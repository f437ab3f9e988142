import { SECRET } from '../../../api/kinds.ts'
import { ANNOTATION, CLUSTER_NAMESPACE } from '../../../api/names.ts'
import type { KubeObject } from '../../../object/kube-object.ts'
import type { Finding } from '../examine.ts'
import type { RunCheck } from './check.ts'

/** Of its life: the operator renews a token when a fifth is left, so a tenth means that it cannot. */
const LATE_SHARE = 0.1
const SECOND_MS = 1000

/** Whether the tokens of members live; only names and annotations of their Secrets are read. */
export const checkTokens: RunCheck = async ({ client, clock, clusters }, signal) => {
  const { items } = await client.list(SECRET, { namespace: CLUSTER_NAMESPACE, content: 'metadata' }, { signal })
  const own = items.filter(({ metadata }) => clusters.includes(metadata.name))
  return judgeTokens(own, clock.nowMs())
}

/** @returns undefined where no token ends. */
export function judgeTokens(secrets: readonly KubeObject[], nowMs: number): Finding | undefined {
  const tokens = secrets.flatMap(({ metadata }) => {
    const expires = metadata.annotations?.[ANNOTATION.tokenExpires]
    if (expires === undefined) return []
    const lifetimeMs = Number(metadata.annotations?.[ANNOTATION.tokenLifetime] ?? 0) * SECOND_MS
    return [{ name: metadata.name, expires, leftMs: Date.parse(expires) - nowMs, lifetimeMs }]
  })
  if (tokens.length === 0) return undefined
  const ended = tokens.filter(({ leftMs }) => !(leftMs > 0))
  const late = tokens.filter(({ leftMs, lifetimeMs }) => leftMs > 0 && leftMs < LATE_SHARE * lifetimeMs)
  if (ended.length > 0) {
    return {
      level: 'problem',
      message: `Expired: ${tell(ended)}. flotilla join <name> --cluster-kubeconfig <file> --renew-credentials makes new ones.`,
    }
  }
  if (late.length > 0) {
    return {
      level: 'warning',
      message: `About to expire, and not renewed: ${tell(late)}. Condition TokenRenewal of the Cluster tells why.`,
    }
  }
  return {
    level: 'ok',
    message: `${tokens.length === 1 ? '1 is renewed by the operator before it expires' : `${tokens.length} are renewed by the operator before they expire`}.`,
  }
}

function tell(tokens: readonly { readonly name: string; readonly expires: string }[]): string {
  return tokens.map(({ name, expires }) => `${name} (${expires})`).join(', ')
}
