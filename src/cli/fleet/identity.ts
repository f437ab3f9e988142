import type { Client } from '../../kube/client.ts'
import type { Impersonation } from '../../kube/server-config.ts'
import { listAt, stringAt } from '../../object/field.ts'
import { CommandError } from '../manifests.ts'

/** Groups that an apiserver gives to everybody: nobody may ask for them, and nobody needs to. */
const AUTOMATIC = ['system:authenticated', 'system:unauthenticated']
const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews'

/**
 * Who the host takes the user for.
 *
 * @throws StatusError, TransportError; CommandError when the host does not say.
 */
export async function readIdentity(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<Impersonation> {
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const review = await client.request('POST', REVIEW, body, { signal })
  const username = stringAt(review, 'status', 'userInfo', 'username')
  if (username === undefined) throw new CommandError('the host does not say who you are')
  const groups = listAt(review, 'status', 'userInfo', 'groups').filter(
    (group): group is string => typeof group === 'string' && !AUTOMATIC.includes(group),
  )
  return { username, groups }
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([^:]+):([^:]+)$/

/** The rules by which a member lets a credential act as somebody, as they would stand in a ClusterRole. */
export function impersonationRules({ username, groups }: Impersonation): string {
  const [, namespace, name] = SERVICE_ACCOUNT.exec(username) ?? []
  const who =
    namespace === undefined
      ? `{apiGroups: [""], resources: ["users"], resourceNames: ["${username}"], verbs: ["impersonate"]}`
      : `{apiGroups: [""], resources: ["serviceaccounts"], resourceNames: ["${name}"], verbs: ["impersonate"]}`
  if (groups.length === 0) return who
  const names = groups.map(group => `"${group}"`).join(', ')
  return `${who} and {apiGroups: [""], resources: ["groups"], resourceNames: [${names}], verbs: ["impersonate"]}`
}

// An apiserver that knows finer rights to impersonate names those, and takes the general one all the same.
const REFUSED = /forbidden: User "([^"]*)" cannot impersonate/

/** @returns what to do when a member refuses to take us for the user; undefined for any other failure. */
export function explainImpersonation(message: string, who: Impersonation): string | undefined {
  const credential = REFUSED.exec(message)?.[1]
  if (credential === undefined) return undefined
  return `it does not let ${credential} act as ${who.username}; add the rules ${impersonationRules(who)} to a ClusterRole that is bound to ${credential} there, or go with the rights of the credential itself: --as-member-credential`
}
