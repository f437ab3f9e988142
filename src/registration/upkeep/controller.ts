import type { HostRule } from '../../api/host-rule.ts'
import { CUSTOM_RESOURCE_DEFINITION } from '../../api/kinds.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import {
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from '../resources.ts'
import { upkeepKey } from './plan.ts'
import { newUpkeepReconciler, type UpkeepReconcilerDeps } from './reconciler.ts'

export interface UpkeepDeps extends UpkeepReconcilerDeps {
  readonly newController: (options: ControllerOptions) => Controller
}

/**
 * What the operator registered is watched by its label; the writes are those of its registration (host-rules.ts). The policies that
 * park are looked at whoever registered them (parking-review/).
 */
export const HOST_RULES: readonly HostRule[] = [
  { on: CUSTOM_RESOURCE_DEFINITION, verbs: ['list', 'watch'], when: 'installCrds' },
  ...[
    VALIDATING_ADMISSION_POLICY,
    VALIDATING_ADMISSION_POLICY_BINDING,
    MUTATING_ADMISSION_POLICY,
    MUTATING_ADMISSION_POLICY_BINDING,
  ].flatMap((on): readonly HostRule[] => [
    { on, verbs: ['list', 'watch'], when: 'installCrds' },
    { on, verbs: ['list', 'watch'], when: 'parking' },
  ]),
]

/**
 * CRDs and admission policies that somebody deleted or changed → as the operator registered them.
 *
 * @returns ends it.
 */
export function startUpkeep(deps: UpkeepDeps): () => Promise<void> {
  const controller = deps.newController({ name: 'upkeep', concurrency: 4, reconcile: newUpkeepReconciler(deps) })
  for (const informer of deps.policies.values()) {
    controller.watch({ informer, keysOf: change => [upkeepKey(informer.resource.kind, change.object)] })
  }
  const { definitions } = deps
  if (definitions !== undefined) {
    controller.watch({
      informer: definitions,
      keysOf: change => (isChanged(change) ? [upkeepKey(definitions.resource.kind, change.object)] : []),
    })
  }
  controller.start()
  return () => controller.stop()
}

/** Of a CRD the cache holds no spec: its generation tells of a change. What the start found, it has looked at. */
function isChanged(change: Change): boolean {
  if (change.type === 'updated') return change.previous.metadata.generation !== change.object.metadata.generation
  return change.type === 'deleted'
}
