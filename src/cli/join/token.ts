import { SECRET } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { numberAt, stringAt } from '../../object/field.ts'
import { type Clock, sleep } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import type { MemberToken } from './host-objects.ts'
import { accountName } from './member-objects.ts'

/** As metav1.Time has it: whole seconds. */
const rfc3339 = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
const SECOND_MS = 1000
const SECRET_LIMIT_MS = 20_000
const LOOK_EVERY_MS = 200

export interface TokenRequest {
  readonly cluster: string
  readonly namespace: string
  readonly lifetimeSeconds: number
}

/** Asks the member for a token of the ServiceAccount that lives for a while; the member may grant less than is asked for. */
export async function requestToken(
  { client, clock }: { readonly client: Pick<Client, 'request'>; readonly clock: Clock },
  { cluster, namespace, lifetimeSeconds }: TokenRequest,
  signal: AbortSignal,
): Promise<MemberToken> {
  const name = accountName(cluster)
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: lifetimeSeconds },
  }
  const askedAtMs = clock.nowMs()
  const answer = await client.request('POST', path, body, { signal })
  const token = stringAt(answer, 'status', 'token')
  if (token === undefined) throw new CommandError(`the member gave no token for ServiceAccount ${namespace}/${name}`)
  const granted = grantedSeconds(token) ?? lifetimeSeconds
  return {
    token,
    renewal: {
      account: `${namespace}/${name}`,
      lifetimeSeconds: granted,
      expires: rfc3339(askedAtMs + granted * SECOND_MS),
    },
  }
}

/** What a token says of its own life; undefined when it is none that says so. */
export function grantedSeconds(token: string): number | undefined {
  const [, payload = ''] = token.split('.')
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const [expires, issued] = [numberAt(claims, 'exp'), numberAt(claims, 'iat')]
    return expires === undefined || issued === undefined ? undefined : expires - issued
  } catch {
    return undefined
  }
}

/** Waits until the member has filled a Secret with a token that never expires. @throws CommandError when it does not. */
export async function awaitSecretToken(
  { client, clock }: { readonly client: Pick<Client, 'get'>; readonly clock: Clock },
  { cluster, namespace }: Pick<TokenRequest, 'cluster' | 'namespace'>,
  signal: AbortSignal,
): Promise<MemberToken> {
  const key = { namespace, name: accountName(cluster) }
  const deadlineMs = clock.monotonicMs() + SECRET_LIMIT_MS
  for (;;) {
    const secret = await client.get(SECRET, key, { signal })
    const token = stringAt(secret, 'data', 'token')
    if (token !== undefined) return { token: Buffer.from(token, 'base64').toString('utf8') }
    if (clock.monotonicMs() > deadlineMs) {
      throw new CommandError(
        `the member put no token into Secret ${namespace}/${key.name}: its controller manager does that; without --token-secret it is not needed`,
      )
    }
    await sleep(clock, LOOK_EVERY_MS, signal)
  }
}
