import type { AgentRule } from '../../api/agent-rule.ts'
import { LEASE } from '../../api/kinds.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { type HeartbeatDeps, newHeartbeatReconciler } from './reconciler.ts'

export interface HeartbeatControllerDeps extends HeartbeatDeps {
  readonly clusters: Informer<Cluster>
  readonly newController: (options: ControllerOptions) => Controller
}

/** An apply that creates asks for `create` with the name, so that it can be limited to the one Lease. */
export const AGENT_RULES: readonly AgentRule[] = [
  { on: LEASE, within: 'clusters', only: 'cluster', verbs: ['get', 'create', 'patch'] },
]

/** Tells the host that this agent lives. @returns ends it. */
export function startHeartbeat(deps: HeartbeatControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'heartbeat',
    concurrency: 1,
    reconcile: newHeartbeatReconciler(deps),
    // A host that comes back is told at once.
    backoff: { baseMs: Math.min(1000, deps.renewPeriodMs), maxMs: deps.renewPeriodMs },
  })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  controller.start()
  return () => controller.stop()
}

/** Its status is our own work, and no reason to renew. */
function isNews(change: Change<Cluster>): boolean {
  return change.type !== 'updated' || change.object.spec.syncMode !== change.previous.spec.syncMode
}
