import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { purgeModeOf } from '../../policy/purge-mode.ts'
import { formatTaint } from '../../policy/toleration.ts'
import type { EvictionHalt } from '../../rendering/eviction-halt.ts'
import { preservedLabels } from '../../rendering/preserved-state.ts'
import { isUnclaimed } from '../../scheduling/when.ts'
import { type Fleet, haltOfCluster, haltOfReplicas, type LeavingReplicas } from '../brake.ts'
import type { FailoverSettings } from '../failover-settings.ts'
import type { Departure } from '../leave-clusters.ts'
import { movesOf } from '../moves.ts'
import { type LeavingTarget, leavingTargets } from './deadlines.ts'

export const PRODUCER = 'TaintManager'
export const REASON = 'TaintUntolerated'

export interface Observed {
  readonly binding: Binding
  readonly getCluster: (name: string) => Cluster | undefined
  readonly fleet: Fleet
  readonly settings: FailoverSettings
  readonly nowMs: number
}

export interface EvictionPlan {
  /** What is left now. */
  readonly departures: readonly Departure[]
  /** Since when the last of them is due, milliseconds since the epoch. */
  readonly dueMs?: number
  /** What keeps the others that are due. */
  readonly halt?: EvictionHalt
  /** What could not be left because of what is to be remembered of it. */
  readonly failures: readonly { readonly cluster: string; readonly error: unknown }[]
  /** When the next one is due. */
  readonly nextMs?: number
}

const NOTHING: EvictionPlan = { departures: [], failures: [] }

/**
 * Which clusters a binding leaves because of their NoExecute taints, and which later.
 *
 * One that is being deleted goes anyway. One that has lost its policy stays: nobody would place it anew, and its last copy
 * would be gone.
 *
 * @source spec/behaviour/clusters.md §4
 */
export function planEviction(observed: Observed): EvictionPlan {
  const { binding, getCluster, settings, nowMs } = observed
  if (settings.mode === 'off' || binding.metadata.deletionTimestamp !== undefined || isUnclaimed(binding))
    return NOTHING
  const leaving = leavingTargets(binding, getCluster, settings) ?? []
  const [due, later] = split(leaving, nowMs)
  const halts = new Map(due.map(({ cluster }) => [cluster, haltOfTarget(observed, cluster, leaving)]))
  const free = due.filter(({ cluster }) => halts.get(cluster) === undefined)
  const attempts = free.map(target => attempt(observed, target))
  const [halt] = [...halts.values()].filter(each => each !== undefined)
  return {
    departures: attempts.flatMap(each => ('task' in each ? [each] : [])),
    failures: attempts.flatMap(each => ('error' in each ? [each] : [])),
    ...(halt && { halt }),
    ...(free.length > 0 && { dueMs: Math.max(...free.map(({ deadline }) => deadline.atMs)) }),
    ...(later.length > 0 && { nextMs: Math.min(...later.map(({ deadline }) => deadline.atMs)) }),
  }
}

function split(
  leaving: readonly LeavingTarget[],
  nowMs: number,
): readonly [due: readonly LeavingTarget[], later: readonly LeavingTarget[]] {
  const isDue = ({ deadline }: LeavingTarget): boolean => !deadline.tolerated || deadline.atMs <= nowMs
  return [leaving.filter(isDue), leaving.filter(target => !isDue(target))]
}

function haltOfTarget(
  { binding, fleet, settings }: Observed,
  cluster: string,
  leaving: readonly LeavingTarget[],
): EvictionHalt | undefined {
  return (
    haltOfCluster(cluster, fleet, settings.brake) ??
    haltOfReplicas(cluster, { spec: binding.spec, leaving: [...leaving, ...left(binding)], fleet }, settings.brake)
  )
}

/** What it has left already; the brake counts of it what its taint still stands for. */
function left(binding: Binding): readonly LeavingReplicas[] {
  const targets = new Set((binding.spec.clusters ?? []).map(({ name }) => name))
  const gone = movesOf(binding).filter(({ from, reason }) => reason === REASON && !targets.has(from))
  return [...new Map(gone.map(({ from, replicas = 0 }) => [from, { cluster: from, replicas }])).values()]
}

function attempt(
  { binding, settings }: Observed,
  { cluster, deadline }: LeavingTarget,
): Departure | { readonly cluster: string; readonly error: unknown } {
  const { purgeMode, statePreservation } = binding.spec.failover?.cluster ?? {}
  try {
    const labels = statePreservation && preservedLabels(binding, cluster, statePreservation.rules)
    return {
      cluster,
      task: {
        producer: PRODUCER,
        reason: REASON,
        message: `The cluster has taint ${formatTaint(deadline.taint)} since ${deadline.taint.timeAdded ?? ''}`,
        purgeMode: purgeModeOf(purgeMode || settings.purgeMode),
        ...(labels && { preservedLabelState: labels }),
      },
    }
  } catch (error) {
    return { cluster, error }
  }
}
