import type { Taint } from '../api/generated/cluster.ts'
import { ANNOTATION } from '../api/names.ts'
import { isConditionTrue } from '../object/condition.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import { OUTAGE_KEYS } from './failover-settings.ts'

/**
 * The taints that workloads have to leave a cluster for: all but the one that the operator set for an outage that is over. It is on
 * its way out, and nothing may go for it in the moment until then, as when an operator starts and finds the cluster back.
 */
export function standingTaints({ metadata, spec, status }: Cluster): readonly Taint[] {
  const ours = metadata.annotations?.[ANNOTATION.failoverTaint]
  const taints = spec.taints ?? []
  if (ours === undefined || !isConditionTrue(status?.conditions, 'Ready')) return taints
  return taints.filter(({ key, timeAdded }) => timeAdded !== ours || !OUTAGE_KEYS.includes(key))
}
