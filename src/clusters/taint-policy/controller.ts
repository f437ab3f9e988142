import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, CLUSTER_TAINT_POLICY } from '../../api/kinds.ts'
import { deepEqual } from '../../object/deep-equal.ts'
import type { Cluster, ClusterTaintPolicy } from '../../object/karmada-objects.ts'
import { matchesCluster } from '../../policy/cluster-affinity.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { newTaintPolicyReconciler, type TaintPolicyReconcilerDeps } from './reconciler.ts'

export interface TaintPolicyDeps extends TaintPolicyReconcilerDeps {
  readonly clusters: Informer<Cluster>
  readonly taintPolicies: Informer<ClusterTaintPolicy>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER_TAINT_POLICY, verbs: READ },
  { on: CLUSTER, verbs: [...READ, 'patch'] },
]

/**
 * Taints clusters as ClusterTaintPolicies ask. A taint that somebody takes away by hand stays away until a condition of the
 * cluster or a policy changes; those of a policy that is deleted stay. A cluster that was looked at for the first time is to be
 * queued.
 */
export function startTaintPolicies(deps: TaintPolicyDeps): Controller {
  const controller = deps.newController({
    name: 'cluster-taint-policy',
    concurrency: 4,
    reconcile: newTaintPolicyReconciler(deps),
  })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  controller.watch({ informer: deps.taintPolicies, keysOf: change => clustersOf(change, deps.clusters.list()) })
  controller.start()
  return controller
}

function isNews(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  return !deepEqual(relevant(change.object), relevant(change.previous))
}

/** What policies look at. */
function relevant({ metadata, spec, status }: Cluster) {
  const { provider, region, zones } = spec
  const conditions = status?.conditions?.map(condition => [condition.type, condition.status])
  return { labels: metadata.labels, provider, region, zones, conditions }
}

function clustersOf(change: Change<ClusterTaintPolicy>, clusters: readonly Cluster[]): readonly string[] {
  const { type, object } = change
  if (type === 'deleted') return []
  if (type === 'updated' && deepEqual(object.spec, change.previous.spec)) return []
  const matching = clusters.filter(cluster => matchesCluster(object.spec.targetClusters, cluster))
  return matching.map(cluster => cluster.metadata.name)
}
