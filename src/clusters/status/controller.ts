import { deepEqual } from 'fast-equals'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import { newMemberSessions } from './member-session.ts'
import { newStatusReconciler, type StatusDeps } from './reconciler.ts'

export interface StatusControllerDeps extends Omit<StatusDeps, 'sessions' | 'enqueue'> {
  readonly newController: (options: ControllerOptions) => Controller
}

/**
 * Looks at every Push member now and then, and at once when its connection changes.
 * Host rules: clusters get, list, watch, patch; clusters/status patch. Member: namespaces get; nodes, pods list, watch.
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
