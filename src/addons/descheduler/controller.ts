import { type HostRule, READ } from '../../api/host-rule.ts'
import { RESOURCE_BINDING } from '../../api/kinds.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Informer } from '../../runtime/informer.ts'
import { isDeployment } from './plan.ts'
import { type DeschedulerReconcilerDeps, newDeschedulerReconciler } from './reconciler.ts'

export interface DeschedulerDeps extends DeschedulerReconcilerDeps {
  readonly bindings: Informer<Binding>
  readonly newController: (options: ControllerOptions) => Controller
}

export const HOST_RULES: readonly HostRule[] = [{ on: RESOURCE_BINDING, verbs: [...READ, 'patch'] }]

/**
 * Looks now and then at every Deployment that was divided by room, and takes replicas away from members in which they find no
 * node.
 *
 * @returns ends it.
 */
export function startDescheduler(deps: DeschedulerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'descheduler',
    concurrency: 4,
    reconcile: newDeschedulerReconciler(deps),
  })
  // Each look asks for the next one.
  controller.watch({
    informer: deps.bindings,
    keysOf: ({ type, object }) => (type === 'added' && isDeployment(object) ? [formatKey(keyOf(object))] : []),
  })
  controller.start()
  return () => controller.stop()
}
