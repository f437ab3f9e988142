import type { GracefulEvictionTask } from '../../api/generated/resource-binding.ts'
import { ANNOTATION } from '../../api/names.ts'
import { omitFields } from '../../object/field.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { isRescheduleTriggered } from '../../scheduling/placement.ts'
import { isAway } from '../graceful-eviction/plan.ts'
import type { MovedBinding } from '../leave-clusters.ts'
import { type Move, movesOf, withReturns } from '../moves.ts'

export const PRODUCER = 'flotilla.dev/failback'
export const REASON = 'FailbackRequested'
const REQUESTED = 'requested'

export interface Observed {
  readonly binding: Binding
  readonly getCluster: (name: string) => Cluster | undefined
  /** RFC 3339. */
  readonly now: string
}

export type FailbackPlan =
  | { readonly type: 'none' }
  /** Until a cluster is back, or has been emptied of the old copy; with a time, until that. */
  | { readonly type: 'wait'; readonly afterMs?: number }
  /** Nobody asks any more, or something came back: this is written. */
  | { readonly type: 'note'; readonly binding: Binding }
  /** To be placed afresh. */
  | { readonly type: 'place'; readonly binding: Binding }

/**
 * Whether a workload that failover moved returns. It does only when somebody asks: by annotation `flotilla.dev/failback: requested` on
 * its binding, or by a WorkloadRebalancer, which is only noted here.
 */
export function planFailback({ binding, getCluster, now }: Observed): FailbackPlan {
  if (binding.metadata.deletionTimestamp !== undefined) return { type: 'none' }
  if (binding.metadata.annotations?.[ANNOTATION.failback] !== REQUESTED) return noteReturns(binding, now)
  const away = movesOf(binding).filter(({ returned }) => returned === undefined)
  if (away.length === 0) return { type: 'note', binding: withoutRequest(binding) }
  if (!away.some(move => mayReturn(binding, getCluster(move.from)))) return { type: 'wait' }
  const asked = withoutRequest({ ...binding, spec: { ...binding.spec, rescheduleTriggeredAt: now } })
  // Times have seconds: a placement of this very second is not older.
  return isRescheduleTriggered(asked) ? { type: 'place', binding: asked } : { type: 'wait', afterMs: 1_000 }
}

function noteReturns(binding: Binding, now: string): FailbackPlan {
  const { rescheduleTriggeredAt } = binding.spec
  const last = movesOf(binding).findLast(({ returned }) => returned === undefined)
  const rescheduled = last !== undefined && Date.parse(rescheduleTriggeredAt ?? '') >= Date.parse(last.at)
  const next = withReturns(binding, { at: now, by: rescheduled ? 'Rescheduled' : 'Placement' })
  return next === binding ? { type: 'none' } : { type: 'note', binding: next }
}

/** A cluster that is back, and that the old copy does not have to leave first. */
function mayReturn({ spec }: Binding, cluster: Cluster | undefined): boolean {
  if (cluster === undefined || isAway(cluster)) return false
  return !(spec.gracefulEvictionTasks ?? []).some(({ fromCluster }) => fromCluster === cluster.metadata.name)
}

function withoutRequest(binding: Binding): Binding {
  const annotations: Readonly<Record<string, string>> = omitFields(binding.metadata.annotations ?? {}, [
    ANNOTATION.failback,
  ])
  return { ...binding, metadata: { ...binding.metadata, annotations } }
}

/**
 * The binding after it was placed afresh: what it leaves now keeps its copy until the others are ready, and the moves that ended
 * are closed.
 */
export function returnedBinding(before: Binding, placed: MovedBinding, now: string): MovedBinding {
  const { binding } = placed
  const targets = new Set((binding.spec.clusters ?? []).map(({ name }) => name))
  const tasks = (before.spec.clusters ?? [])
    .filter(({ name }) => !targets.has(name))
    .map(({ name, replicas }): GracefulEvictionTask => {
      return {
        ...{ fromCluster: name, producer: PRODUCER, reason: REASON, purgeMode: 'Gracefully', creationTimestamp: now },
        ...(replicas && { replicas }),
      }
    })
  const spec = { ...binding.spec, gracefulEvictionTasks: [...(binding.spec.gracefulEvictionTasks ?? []), ...tasks] }
  const left = tasks.length === 0 ? binding : { ...binding, spec }
  return { ...placed, binding: withReturns(left, { at: now, by: 'Requested' }) }
}

/** The clusters that moves were closed for by what is written. */
export function returnedTo(before: Binding, after: Binding): readonly string[] {
  const open = (moves: readonly Move[]) =>
    moves.filter(({ returned }) => returned === undefined).map(({ from }) => from)
  const stillAway = new Set(open(movesOf(after)))
  return [...new Set(open(movesOf(before)))].filter(name => !stillAway.has(name))
}
