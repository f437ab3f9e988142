import { deepEqual } from '../object/equality.ts'
import type { Binding } from '../object/karmada-objects.ts'
import { scheduleRecordOf } from '../rendering/schedule-record.ts'
import type { Change } from '../runtime/informer.ts'

/** Indexes bindings that could not be placed by the reason for it. */
export function waitingIndex(binding: Binding): readonly string[] {
  const record = scheduleRecordOf(binding)
  return record?.status === 'False' ? [record.reason] : []
}

/** What waits for room, or for more groups: too few of them may be those with too little room. */
export const ROOM_REASONS = ['Unschedulable', 'SchedulerError'] as const

/** Whatever keeps a binding from its place. */
export const WAITING_REASONS = ['NoClusterFit', ...ROOM_REASONS] as const

const SHORTEST_MS = 1_000
/** To decide costs 2 µs for each cluster (bench): this leaves nine tenths of the time to everything else. */
const MS_PER_CLUSTER = 0.02

/**
 * Room changes with every pod of every member: what waits for it is tried once for all changes of so long a time.
 *
 * @param waiting bindings
 * @param clusters that each of them is compared with
 */
export function roomSettlesMs(waiting: number, clusters: number): number {
  return Math.max(SHORTEST_MS, Math.ceil(waiting * clusters * MS_PER_CLUSTER))
}

/** What a binding's priority is, as its policy says: of those that wait, the higher is tried first. */
export function priorityOf(binding: Binding | undefined): number {
  return binding?.spec.schedulePriority?.priority ?? 0
}

/**
 * Whether a binding takes clusters from others of its workload groups, or frees them: its targets changed, or it is gone.
 *
 * @source spec/behaviour/scheduling.md §4 WorkloadAffinity, WorkloadAntiAffinity
 */
export function movesItsGroup(change: Change<Binding>): boolean {
  if (change.type === 'added') return false
  const { workloadAffinityGroups: groups, clusters = [] } = change.object.spec
  if (change.type === 'deleted') return groups !== undefined
  const before = change.previous.spec
  if (groups === undefined && before.workloadAffinityGroups === undefined) return false
  return !deepEqual(before.workloadAffinityGroups, groups) || !deepEqual(before.clusters ?? [], clusters)
}

/** Whether two bindings of one namespace are, or were, in a workload group together. */
export function sharesGroup({ metadata, spec }: Binding, change: Change<Binding>): boolean {
  const { affinityGroup, antiAffinityGroup } = spec.workloadAffinityGroups ?? {}
  const states = change.type === 'updated' ? [change.previous, change.object] : [change.object]
  return states.some(other => {
    const groups = other.spec.workloadAffinityGroups ?? {}
    return (
      other.metadata.namespace === metadata.namespace &&
      (isSameGroup(affinityGroup, groups.affinityGroup) || isSameGroup(antiAffinityGroup, groups.antiAffinityGroup))
    )
  })
}

function isSameGroup(a: string | undefined, b: string | undefined): boolean {
  return Boolean(a) && a === b
}
