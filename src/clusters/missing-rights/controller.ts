import type { AgentRule } from '../../api/agent-rule.ts'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER } from '../../api/kinds.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { type MissingRightsReconcilerDeps, newMissingRightsReconciler } from './reconciler.ts'

export interface MissingRightsDeps extends MissingRightsReconcilerDeps, Ownership {
  readonly clusters: Informer<Cluster>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: READ },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
]

export const AGENT_RULES: readonly AgentRule[] = [
  { on: CLUSTER, only: 'cluster', verbs: READ },
  { on: CLUSTER, subresource: 'status', only: 'cluster', verbs: ['patch'] },
]

/** Tells by each Cluster what we may not do in its member. @returns ends it. */
export function startMissingRights(deps: MissingRightsDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'missing-rights',
    concurrency: 4,
    reconcile: newMissingRightsReconciler(deps),
    owns: deps.owns,
  })
  const disconnect = deps.rights.addHandler(cluster => controller.enqueue(cluster, { afterMs: GATHER_MS }))
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  const forgetGains = deps.onGain?.(cluster => {
    // What somebody else met there meanwhile is not known: it is met again, or not.
    deps.rights.forget(cluster)
    controller.enqueue(cluster, { afterMs: GAINED_MS })
  })
  controller.start()
  return () => {
    disconnect()
    forgetGains?.()
    return controller.stop()
  }
}

/** Many Works meet the same wall at once. */
const GATHER_MS = 500
/** By then all that waits for a right was tried again. */
const GAINED_MS = 60_000

function isNews(change: Change<Cluster>): boolean {
  return change.type !== 'updated'
}
