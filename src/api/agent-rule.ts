import type { Verb } from './host-rule.ts'
import type { Resource } from './kinds.ts'

/**
 * What an agent is allowed on the host: nothing of other clusters. `within`: its execution namespace, or the one of Clusters'
 * Secrets and Leases; absent: no namespace. `only`: the one object that bears the name of its cluster, or its own
 * ServiceAccount; absent: of any name.
 */
export interface AgentRule {
  readonly on: Pick<Resource, 'group' | 'plural'>
  readonly subresource?: 'status' | 'token'
  readonly verbs: readonly Verb[]
  readonly within?: 'execution' | 'clusters'
  readonly only?: 'cluster' | 'account'
}
