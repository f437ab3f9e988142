import { SECRET } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { requestToken } from '../../kube/token-request.ts'
import { stringAt } from '../../object/field.ts'
import { formatKey } from '../../object/object-key.ts'
import { type Clock, sleep, timestampOf } from '../../runtime/clock.ts'
import { CommandError } from '../manifests.ts'
import type { MemberToken } from './host-objects.ts'
import { accountName } from './member-objects.ts'

const SECOND_MS = 1000
const SECRET_LIMIT_MS = 20_000
const LOOK_EVERY_MS = 200

export interface TokenRequest {
  readonly cluster: string
  readonly namespace: string
  readonly lifetimeSeconds: number
}

/** Asks the member for a token of the ServiceAccount that lives for a while; the member may grant less than is asked for. */
export async function requestMemberToken(
  { client, clock }: { readonly client: Pick<Client, 'request'>; readonly clock: Clock },
  { cluster, namespace, lifetimeSeconds }: TokenRequest,
  signal: AbortSignal,
): Promise<MemberToken> {
  const account = { namespace, name: accountName(cluster) }
  const askedAtMs = clock.nowMs()
  const { token, lifetimeMs } = await requestToken(client, account, { lifetimeMs: lifetimeSeconds * SECOND_MS, signal })
  const renewal = {
    account: formatKey(account),
    lifetimeSeconds: lifetimeMs / SECOND_MS,
    expires: timestampOf(askedAtMs + lifetimeMs),
  }
  return { token, renewal }
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
