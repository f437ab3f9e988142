import { CLUSTER } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { type Condition, type DesiredCondition, removeCondition, setCondition } from '../object/condition.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import { keyOf } from '../object/object-key.ts'
import { type Clock, timestamp } from '../runtime/clock.ts'
import type { Informer } from '../runtime/informer.ts'

export interface ConditionDeps {
  readonly host: Pick<Client, 'patch'>
  readonly clusters: Pick<Informer<Cluster>, 'get' | 'observe'>
  readonly clock: Clock
}

/** A condition as it is to be, or the type of one that is to go. */
export type WantedCondition = DesiredCondition | { readonly type: string; readonly status: undefined }

/**
 * Writes one condition of a Cluster, unless it is so already.
 *
 * @returns whether anything was written.
 * @throws StatusError, a conflict when the Cluster changed meanwhile; TransportError.
 */
export async function writeCondition(
  deps: ConditionDeps,
  { cluster, wanted }: { readonly cluster: Cluster; readonly wanted: WantedCondition },
  signal: AbortSignal,
): Promise<boolean> {
  const before = cluster.status?.conditions ?? []
  const conditions = nextConditions(before, wanted, timestamp(deps.clock))
  if (conditions === before) return false
  const body = { metadata: { resourceVersion: cluster.metadata.resourceVersion }, status: { conditions } }
  const options = { subresource: 'status', signal }
  deps.clusters.observe(await deps.host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body }, options))
  return true
}

function nextConditions(before: readonly Condition[], wanted: WantedCondition, now: string): readonly Condition[] {
  return wanted.status === undefined ? removeCondition(before, wanted.type) : setCondition(before, wanted, now)
}
