import { deepEqual } from 'fast-equals'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, SECRET } from '../../api/kinds.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import { newMemberSessions } from './member-session.ts'
import { newStatusReconciler, type StatusDeps } from './reconciler.ts'

export interface StatusControllerDeps extends Omit<StatusDeps, 'sessions' | 'enqueue'> {
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: [...READ, 'patch'] },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
  { on: SECRET, within: 'clusters', verbs: READ },
  { on: SECRET, within: 'operator', verbs: READ },
]

/**
 * Looks at every Push member now and then, and at once when its connection changes. In a member it needs namespaces get,
 * and nodes, pods list and watch.
 *
 * @returns ends it.
 */
export function startStatusCollection(deps: StatusControllerDeps): () => Promise<void> {
  const sessions = newMemberSessions()
  const enqueue = (name: string): void => controller.enqueue(name)
  const controller = deps.newController({
    name: 'cluster-status',
    // A member that hangs holds a place until its requests time out: there is one for each.
    concurrency: Number.POSITIVE_INFINITY,
    reconcile: newStatusReconciler({ ...deps, sessions, enqueue }),
  })
  controller.watch({ informer: deps.clusters, keysOf: clusterToLookAt })
  const disconnect = deps.members.addHandler(({ member }) => enqueue(member.name))
  controller.start()
  return async () => {
    disconnect()
    await controller.stop()
    sessions.endAll()
  }
}

/** What we write ourselves (status, taints, id) is no reason to look again. */
function clusterToLookAt(change: Change<Cluster>): readonly string[] {
  const matters = change.type !== 'updated' || !deepEqual(relevant(change.object), relevant(change.previous))
  return matters ? [change.object.metadata.name] : []
}

function relevant({ metadata, spec }: Cluster) {
  const { taints, id, ...rest } = spec
  return { rest, finalizers: metadata.finalizers }
}
