import type { Impersonation } from './server-config.ts'

/**
 * The headers that ask an apiserver to take us for somebody else.
 *
 * @source Kubernetes documentation, "Authenticating: User impersonation"
 */
export function impersonationHeaders(who: Impersonation | undefined): Readonly<Record<string, string | string[]>> {
  if (who === undefined) return {}
  const groups = who.groups.length === 0 ? {} : { 'impersonate-group': [...who.groups] }
  return { 'impersonate-user': who.username, ...groups }
}
