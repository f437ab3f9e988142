import type { DesiredCondition } from '../../object/condition.ts'
import type { WantedCondition } from '../cluster-condition.ts'
import type { TokenLease } from '../token-lease.ts'

const TYPE = 'TokenRenewal'

/** What is wanted of a Cluster whose credentials nobody here renews. */
export const NOT_RENEWED: WantedCondition = { type: TYPE, status: undefined }

/** Below this share of its life a token that could not be replaced is a matter of its own, whatever the cause. */
const EXPIRING_BELOW = 0.2

/** A token that is good. The message changes with each renewal only. */
export function goodToken({ expiresMs }: TokenLease): DesiredCondition {
  const until = new Date(expiresMs).toISOString()
  return { type: TYPE, status: 'True', reason: 'TokenRenewed', message: `the token is good until ${until}` }
}

/** Why a token is still the old one. */
export interface RenewalFailure {
  readonly cause: string
  /** The member answered, and trying again will not change its mind. */
  readonly isRefused: boolean
}

const BY_ADMIN = 'join the member again with the kubeconfig of its administrator'

/**
 * What a Cluster says of a token that could not be replaced. A member that is down is told of elsewhere, and most of a
 * token's life is left then.
 *
 * @returns undefined when it is too early to worry anybody.
 */
export function failedRenewal(
  { lifetimeMs, expiresMs, serviceAccount }: TokenLease,
  { cause, isRefused }: RenewalFailure,
  nowMs: number,
): DesiredCondition | undefined {
  const leftMs = expiresMs - nowMs
  const until = new Date(expiresMs).toISOString()
  const failed = (reason: string, message: string): DesiredCondition => ({
    type: TYPE,
    status: 'False',
    reason,
    message,
  })
  if (leftMs <= 0)
    return failed('TokenExpired', `the token was good until ${until}, and could not be replaced: ${cause}; ${BY_ADMIN}`)
  if (leftMs > EXPIRING_BELOW * lifetimeMs && !isRefused) return undefined
  const remedy = isRefused
    ? `let ${serviceAccount.namespace}/${serviceAccount.name} of the member create serviceaccounts/token of itself, or ${BY_ADMIN}`
    : 'let the member be reached before that'
  return failed('TokenExpiring', `the token is good until ${until}, and could not be replaced: ${cause}; ${remedy}`)
}
