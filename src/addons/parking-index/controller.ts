import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER_PROPAGATION_POLICY, CONFIG_MAP, POLICY_KINDS, PROPAGATION_POLICY } from '../../api/kinds.ts'
import { CLUSTER_PARKING_INDEX, PARKING_INDEX } from '../../parking/index-entries.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Informer } from '../../runtime/informer.ts'
import { CLUSTER_WIDE, type IndexDeps, newIndexReconciler } from './reconciler.ts'

export interface ParkingIndexDeps extends Omit<IndexDeps, 'kinds' | 'indexes'> {
  readonly indexes: Informer
  readonly clusterIndexes: Informer
  readonly newController: (options: ControllerOptions) => Controller
}

/** The ConfigMaps are read by name only: other ConfigMaps are none of our business. */
export const HOST_RULES: readonly HostRule[] = [
  ...POLICY_KINDS.map(on => ({ on, verbs: [...READ, 'patch'], when: 'parking' }) as const),
  {
    on: CONFIG_MAP,
    names: [PARKING_INDEX],
    verbs: [...READ, 'create', 'patch', 'delete'],
    when: 'parking',
  },
  {
    on: CONFIG_MAP,
    names: [CLUSTER_PARKING_INDEX],
    verbs: [...READ, 'create', 'patch', 'delete'],
    within: 'operator',
    when: 'parking',
  },
]

/**
 * Policies → the indexes by which the apiserver parks what they select (design.md §3), and the marks that say so.
 *
 * @returns ends it.
 */
export function startParkingIndex(deps: ParkingIndexDeps): () => Promise<void> {
  const { indexes, clusterIndexes } = deps
  const either: IndexDeps['indexes'] = {
    get synced() {
      return indexes.synced && clusterIndexes.synced
    },
    get: key => (key.name === CLUSTER_PARKING_INDEX ? clusterIndexes : indexes).get(key),
    observe: object => (object.metadata.name === CLUSTER_PARKING_INDEX ? clusterIndexes : indexes).observe(object),
  }
  const kinds = { namespaced: PROPAGATION_POLICY, cluster: CLUSTER_PROPAGATION_POLICY }
  const controller = deps.newController({
    name: 'parking-index',
    concurrency: 4,
    reconcile: newIndexReconciler({ ...deps, kinds, indexes: either }),
  })
  controller.watch({ informer: deps.policies, keysOf: change => [change.object.metadata.namespace ?? ''] })
  controller.watch({ informer: deps.clusterPolicies, keysOf: () => [CLUSTER_WIDE] })
  // One that somebody changed or removed is written again; one without policies goes.
  controller.watch({ informer: indexes, keysOf: change => [change.object.metadata.namespace ?? ''] })
  controller.watch({ informer: clusterIndexes, keysOf: () => [CLUSTER_WIDE] })
  controller.start()
  return () => controller.stop()
}
