import type { Configuration } from './configuration.ts'
import { newDiscovery } from './kube/discovery.ts'
import { newClient, type RequestReport } from './kube/new-client.ts'
import { newSharedLookup } from './kube/shared-lookup.ts'
import { type MemberRegistry, newMemberRegistry } from './members/member-registry.ts'
import { sentManifest } from './members/sent-manifest.ts'
import { isConditionTrue } from './object/condition.ts'
import type { Cluster, Work } from './object/karmada-objects.ts'
import type { Clock } from './runtime/clock.ts'
import type { InformerMetrics } from './runtime/informer.ts'
import type { Lister } from './runtime/lister.ts'
import type { Logger } from './runtime/logger.ts'

export interface MemberConnectionDeps {
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: InformerMetrics
  /** Counts requests to members. */
  readonly requestsOf: (cluster: string) => (report: RequestReport) => void
  /** Throws once this process may no longer write to that member. */
  readonly fence: (cluster: string) => void
  /** Names of members that are looked up at once. */
  readonly lookups: number
}

/** The connections to members, with their limits and the fence; none is open yet. */
export function newMemberConnections(
  deps: MemberConnectionDeps,
  { clusters, works }: { readonly clusters: Lister<Cluster>; readonly works: Lister<Work> },
): MemberRegistry {
  const { qps, burst } = deps.configuration.limits.member
  const lookup = newSharedLookup({ limit: deps.lookups, timing: deps.clock })
  return newMemberRegistry({
    clock: deps.clock,
    log: deps.log,
    metrics: deps.metrics,
    newClient: config =>
      newClient(config, {
        // However many watches wait for a member that is down, it is dialled by the probes and hardly more.
        limits: { ...(qps > 0 ? { qps, burst } : {}), maxDialBackoffMs: deps.configuration.clusters.intervalMs },
        fence: () => deps.fence(config.name),
        lookup,
        onRequest: deps.requestsOf(config.name),
      }),
    newDiscovery,
    sentAs: object => sentManifest(works, object),
    isReady: name => isConditionTrue(clusters.get({ namespace: '', name })?.status?.conditions, 'Ready'),
  })
}
