import type { AgentRule } from '../../api/agent-rule.ts'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, NAMESPACE, SECRET, WORK } from '../../api/kinds.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { clustersNaming } from '../cluster-secret.ts'
import { clustersToLookAt } from './clusters-to-look-at.ts'
import { newMemberSessions } from './member-session.ts'
import { newStatusReconciler, type StatusDeps } from './reconciler.ts'

export interface StatusControllerDeps extends Omit<StatusDeps, 'sessions' | 'enqueue' | 'secrets'>, Ownership {
  readonly secrets: ReadonlyMap<string, Informer>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: [...READ, 'patch'] },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
  { on: WORK, verbs: READ },
  { on: NAMESPACE, verbs: READ },
  { on: SECRET, within: 'clusters', verbs: READ },
  { on: SECRET, within: 'operator', verbs: READ },
]

/** Not the Cluster itself: who may write its spec could have another member's credentials sent to an address of his own. */
export const AGENT_RULES: readonly AgentRule[] = [
  { on: CLUSTER, only: 'cluster', verbs: READ },
  { on: CLUSTER, subresource: 'status', only: 'cluster', verbs: ['patch'] },
  { on: WORK, within: 'execution', verbs: READ },
  { on: NAMESPACE, verbs: ['get'] },
]

/**
 * Looks at every Push member now and then, and at once when its connection changes. In a member it needs namespaces get,
 * and nodes, pods, resourcequotas list and watch.
 *
 * @returns ends it.
 */
export function startStatusCollection(deps: StatusControllerDeps): () => Promise<void> {
  const sessions = newMemberSessions(name => deps.rooms.delete(name))
  const enqueue = (name: string): void => controller.enqueue(name)
  const controller = deps.newController({
    name: 'cluster-status',
    // A member that hangs holds a place until its requests time out: there is one for each.
    concurrency: Number.POSITIVE_INFINITY,
    // A look would follow by then in any case: an agent whose host was away tells what it saw as soon.
    backoff: { baseMs: Math.min(1000, deps.config.intervalMs), maxMs: deps.config.intervalMs },
    reconcile: newStatusReconciler({ ...deps, sessions, enqueue }),
  })
  controller.watch({ informer: deps.clusters, keysOf: change => clustersToLookAt(change, deps.clusters, sessions) })
  for (const informer of deps.secrets.values()) {
    // A Secret that went counts at the next look: it often goes just before its Cluster, which has to be emptied yet.
    controller.watch({
      informer,
      keysOf: change => (isNews(change) ? clustersNaming(deps.clusters, change.object) : []),
    })
  }
  const disconnect = deps.members.addCandidateHandler(({ type, name }) => {
    if (type === 'renewed') sessions.renew(name)
    enqueue(name)
  })
  const forgetGains = deps.onGain?.(enqueue)
  controller.start()
  return async () => {
    disconnect()
    forgetGains?.()
    await controller.stop()
    sessions.endAll()
  }
}

function isNews(change: Change): boolean {
  return change.type === 'updated' || (change.type === 'added' && !change.initial)
}
