import type { Verb } from './host-rule.ts'
import type { Resource } from './kinds.ts'

/**
 * What an agent is allowed on the host, where it is nothing of other clusters, and in the member for itself. `within`: its
 * execution namespace, or the one of Clusters' Secrets and Leases; `home`: its own namespace in the member; absent: no
 * namespace of the host. `only`: the one object that bears the name of its cluster, its own
 * ServiceAccount, the Secret of its join token; at home its Secret with the way to the host, or the Lease of its replicas; absent: of any name.
 */
export interface AgentRule {
  readonly on: Pick<Resource, 'group' | 'plural'>
  readonly subresource?: 'status' | 'token'
  readonly verbs: readonly Verb[]
  readonly within?: 'execution' | 'clusters' | 'home'
  readonly only?: 'cluster' | 'account' | 'joinSecret' | 'hostSecret' | 'lease'
}
