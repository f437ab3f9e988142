import { type HostRule, READ } from '../../api/host-rule.ts'
import { BINDING_KINDS } from '../../api/kinds.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { type ApplicationFailoverDeps, newApplicationFailoverReconciler } from './reconciler.ts'

export interface ApplicationFailoverControllerDeps extends ApplicationFailoverDeps {
  readonly bindings: Informer<Binding>
  readonly newController: (options: ControllerOptions) => Controller
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  ...BINDING_KINDS.map(on => ({ on, verbs: [...READ, 'patch'] }) as const),
]

/**
 * Moves workloads whose policy wants that away from clusters in which they fail, for one binding kind.
 *
 * @returns ends it.
 */
export function startApplicationFailover(deps: ApplicationFailoverControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'application-failover',
    concurrency: deps.concurrency,
    logFields: { kind: deps.kind.kind },
    reconcile: newApplicationFailoverReconciler(deps),
  })
  controller.watch({
    informer: deps.bindings,
    keysOf: change => (isDue(change) ? [formatKey(keyOf(change.object))] : []),
  })
  controller.start()
  return () => controller.stop()
}

/** Its status tells of health; what is remembered goes with the policy's wish. */
function isDue({ type, object: { spec, metadata } }: Change<Binding>): boolean {
  if (type === 'deleted') return false
  const remembers = [ANNOTATION.unhealthySince, ANNOTATION.applicationHalted].some(key => metadata.annotations?.[key])
  return spec.failover?.application !== undefined || remembers
}
