import { type Condition, type DesiredCondition, findCondition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'

/** Signs of life of an agent, as they were when something about them last changed for us. */
export interface Sight {
  /** What the agent says: its Ready condition and the renewal of its Lease, for comparison only. */
  readonly told: string
  /** When it changed, on our own monotonic clock; may lie before our start. */
  readonly sinceMs: number
}

export interface Heard {
  readonly cluster: Cluster
  /** `spec.renewTime` of the agent's Lease, by the agent's clock: compared, never counted with. */
  readonly renewTime: string | undefined
  /** How long ago the Lease was written, by the host's clock alone, in milliseconds; undefined when that is not known. */
  readonly leaseAgeMs: number | undefined
  /** Monotonic. */
  readonly nowMs: number
}

export interface MonitorTimes {
  /** How long an agent may be silent before its cluster's condition is Unknown, in milliseconds. */
  readonly monitorGraceMs: number
  /** The same for one that has not said anything yet. */
  readonly startupGraceMs: number
}

/**
 * Keeps the time of the last sign of life. How long an agent has been silent follows from how long *we* have seen no change,
 * so its clock and ours need not agree; at first sight, from how long ago the host stored its Lease.
 *
 * @source spec/behaviour/clusters.md §2.1
 */
export function observe(known: Sight | undefined, heard: Heard): Sight {
  const { cluster, renewTime, leaseAgeMs, nowMs } = heard
  const told = JSON.stringify([findCondition(cluster.status?.conditions, 'Ready'), renewTime])
  if (known === undefined) return { told, sinceMs: nowMs - Math.max(0, leaseAgeMs ?? 0) }
  return known.told === told ? known : { told, sinceMs: nowMs }
}

/** @returns the Ready condition that a silent agent's cluster gets; undefined when it keeps what it has. */
export function judge(
  sight: Sight,
  { cluster, nowMs }: Pick<Heard, 'cluster' | 'nowMs'>,
  times: MonitorTimes,
): DesiredCondition | undefined {
  const ready = findCondition(cluster.status?.conditions, 'Ready')
  const graceMs = ready === undefined ? times.startupGraceMs : times.monitorGraceMs
  if (ready?.status === 'Unknown' || nowMs - sight.sinceMs <= graceMs) return undefined
  return ready === undefined ? NEVER_UPDATED : STOPPED
}

const UNKNOWN: Pick<Condition, 'type' | 'status'> = { type: 'Ready', status: 'Unknown' }
const STOPPED: DesiredCondition = {
  ...UNKNOWN,
  reason: 'ClusterStatusUnknown',
  message: 'Cluster status controller stopped posting cluster status.',
}
const NEVER_UPDATED: DesiredCondition = {
  ...UNKNOWN,
  reason: 'ClusterStatusNeverUpdated',
  message: 'Cluster status controller never posted cluster status.',
}
