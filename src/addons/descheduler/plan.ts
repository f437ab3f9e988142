import type { TargetCluster } from '../../api/generated/resource-binding.ts'
import { ANNOTATION } from '../../api/names.ts'
import { numberAt, stringAt, valueAt } from '../../object/field.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { isOurs } from '../../scheduling/when.ts'

/** Replicas that are taken from a cluster in which they found no node. */
export interface Eviction {
  readonly cluster: string
  readonly replicas: number
}

export interface DeschedulingPlan {
  /** `spec.clusters` without them; the scheduler places what is missing. */
  readonly clusters: readonly TargetCluster[]
  readonly evicted: readonly Eviction[]
}

/** Whether the pods of a binding are told from others: those of Deployments are. @source spec/behaviour/addons.md §3 */
export function isDeployment({ spec }: Binding): boolean {
  return spec.resource.kind === 'Deployment' && parseApiVersion(spec.resource.apiVersion).group === 'apps'
}

/**
 * Whether the replicas of a binding may be moved because of room: its last placement divided them by room, and the
 * scheduler will place what is taken away.
 *
 * @source spec/behaviour/addons.md §3
 */
export function isMovable(binding: Binding, schedulerName: string): boolean {
  if (!isDeployment(binding) || !isOurs(binding, schedulerName)) return false
  const scheduling = valueAt(appliedPlacement(binding), 'replicaScheduling')
  if (stringAt(scheduling, 'replicaSchedulingType') !== 'Divided') return false
  const preference = stringAt(scheduling, 'replicaDivisionPreference')
  return preference === 'Aggregated' || Boolean(stringAt(scheduling, 'weightPreference', 'dynamicWeight'))
}

function appliedPlacement({ metadata }: Binding): unknown {
  try {
    return JSON.parse(metadata.annotations?.[ANNOTATION.appliedPlacement] ?? 'null')
  } catch {
    return undefined
  }
}

/**
 * What is taken from clusters whose pods have been without a node for too long.
 *
 * Guarantees: no cluster gets fewer replicas than are ready in it, unless it has more ready than it should.
 *
 * @param unschedulable pods without a node in a cluster; 0 when it is not known
 * @returns undefined when everything stays.
 * @source spec/behaviour/addons.md §3
 */
export function planDescheduling(
  { spec, status }: Binding,
  unschedulable: (cluster: string) => number,
): DeschedulingPlan | undefined {
  const ready = new Map(
    (status?.aggregatedStatus ?? []).map(each => [each.clusterName, numberAt(each.status, 'readyReplicas')]),
  )
  const evicted: Eviction[] = []
  const clusters = (spec.clusters ?? []).map((target): TargetCluster => {
    const { name, replicas = 0 } = target
    const left = remaining({ replicas, ready: ready.get(name) ?? UNKNOWN, unschedulable: unschedulable(name) })
    if (left === replicas) return target
    evicted.push({ cluster: name, replicas: replicas - left })
    return { ...target, replicas: left }
  })
  return evicted.length === 0 ? undefined : { clusters, evicted }
}

const UNKNOWN = -1

interface Share {
  readonly replicas: number
  readonly ready: number
  readonly unschedulable: number
}

function remaining({ replicas, ready, unschedulable }: Share): number {
  // More than it should have: a rollout, or members that have not followed the last decision.
  if (ready >= replicas || unschedulable <= 0 || unschedulable > replicas) return replicas
  return Math.max(replicas - unschedulable, ready)
}

/** @returns e.g. `2 in member1, 1 in member3`. */
export function describeEvictions(evicted: readonly Eviction[]): string {
  return evicted.map(({ cluster, replicas }) => `${replicas} in ${cluster}`).join(', ')
}
