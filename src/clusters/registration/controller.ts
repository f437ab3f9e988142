import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS, CLUSTER, NAMESPACE, WORK } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace } from '../../api/names.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import { newClusterReconciler, type RegistrationDeps } from './reconciler.ts'

export interface RegistrationControllerDeps extends RegistrationDeps {
  readonly newController: (options: ControllerOptions) => Controller
  /** Clusters side by side; nothing here waits for a member. */
  readonly concurrency: number
}

/** Namespaces are those of execution spaces; their names are known only when a cluster joins, which rules cannot say. */
export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: [...READ, 'patch'] },
  { on: NAMESPACE, verbs: [...READ, 'create', 'patch', 'delete'] },
  ...BINDING_KINDS.map(on => ({ on, verbs: READ })),
  { on: WORK, verbs: [...READ, 'patch', 'delete'] },
]

/** Registers, taints and removes clusters. */
export function startRegistration(deps: RegistrationControllerDeps): Controller {
  const controller = deps.newController({
    name: 'cluster',
    concurrency: deps.concurrency,
    reconcile: newClusterReconciler(deps),
  })
  controller.watch({ informer: deps.clusters, keysOf: ({ object }) => [object.metadata.name] })
  controller.watch({ informer: deps.namespaces, keysOf: clusterOfNamespace })
  controller.start()
  return controller
}

/** An execution namespace that vanished, or lost its label. */
function clusterOfNamespace(change: Change): readonly string[] {
  const cluster = clusterOfExecutionNamespace(change.object.metadata.name)
  const matters = change.type !== 'added' && cluster !== undefined
  return matters ? [cluster] : []
}
