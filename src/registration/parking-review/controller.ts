import type { HostRule } from '../../api/host-rule.ts'
import { CONFIG_MAP } from '../../api/kinds.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import { PARKING_TRIAL } from '../policies/parking-trial.ts'
import { newParkingReviewer, type ParkingReviewDeps } from './reconciler.ts'

export interface StartParkingReviewDeps extends ParkingReviewDeps {
  readonly newController: (options: ControllerOptions) => Controller
}

/** The trial is a dry run: nothing is ever made by it. The policies are read by upkeep/. */
export const HOST_RULES: readonly HostRule[] = [
  { on: CONFIG_MAP, names: [PARKING_TRIAL], verbs: ['create', 'patch'], when: 'parking' },
]

const KEY = 'parking'

/**
 * Watches over the policies that park, whoever registered them, and tells who parks at this moment.
 *
 * @returns ends it.
 */
export function startParkingReview(deps: StartParkingReviewDeps): () => Promise<void> {
  const controller = deps.newController({ name: 'parking-review', concurrency: 1, reconcile: newParkingReviewer(deps) })
  const names = new Set(deps.expected.map(({ kind, name }) => `${kind}/${name}`))
  for (const informer of deps.policies.values()) {
    const { kind } = informer.resource
    controller.watch({ informer, keysOf: ({ object }) => (names.has(`${kind}/${object.metadata.name}`) ? [KEY] : []) })
  }
  controller.enqueue(KEY)
  controller.start()
  return () => controller.stop()
}
