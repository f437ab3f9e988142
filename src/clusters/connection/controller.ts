import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, NAMESPACE, SECRET } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace } from '../../api/names.ts'
import type { MemberRegistry } from '../../members/member-registry.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { clustersNaming } from '../cluster-secret.ts'
import { type ConnectionDeps, newConnectionReconciler } from './reconciler.ts'

export interface ConnectionControllerDeps
  extends Omit<ConnectionDeps, 'secrets' | 'namespaces' | 'members'>,
    Ownership {
  readonly members: ConnectionDeps['members'] & Pick<MemberRegistry, 'isConnected'>
  /** The namespaces that spec.secretRef may point into, with a watch cache of the Secrets of each. */
  readonly secrets: ReadonlyMap<string, Informer>
  readonly namespaces: Informer
  readonly newController: (options: ControllerOptions) => Controller
  /** Clusters side by side; nothing here waits for a member. */
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: READ },
  { on: NAMESPACE, verbs: READ },
  { on: SECRET, within: 'clusters', verbs: READ },
  { on: SECRET, within: 'operator', verbs: READ },
]

/**
 * Connects to the members that are ours. It is the only one that fills `members`; what is ours no longer is retired by whoever
 * gives it away.
 *
 * @returns ends it.
 */
export function startConnections(deps: ConnectionControllerDeps): () => Promise<void> {
  const reconcile = newConnectionReconciler(deps)
  const controller = deps.newController({
    name: 'cluster-connection',
    concurrency: deps.concurrency,
    reconcile,
    // Of a Cluster that is gone, or has an agent by now, the connection has to be ended.
    owns: name => deps.owns(name) || deps.members.isConnected(name),
  })
  controller.watch({ informer: deps.clusters, keysOf: ({ object }) => [object.metadata.name] })
  controller.watch({ informer: deps.namespaces, keysOf: clusterOfNamespace })
  for (const informer of deps.secrets.values()) {
    controller.watch({ informer, keysOf: ({ object }) => clustersNaming(deps.clusters, object) })
  }
  const disconnect = deps.onGain?.(name => controller.enqueue(name))
  controller.start()
  return () => {
    disconnect?.()
    return controller.stop()
  }
}

function clusterOfNamespace(change: Change): readonly string[] {
  const cluster = clusterOfExecutionNamespace(change.object.metadata.name)
  return change.type === 'deleted' && cluster !== undefined ? [cluster] : []
}
