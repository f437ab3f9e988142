import type { GracefulEvictionTask, TargetCluster } from '../api/generated/resource-binding.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import type { PlacedBinding } from '../rendering/place-binding.ts'
import { type Move, movesOf, withMoves } from './moves.ts'

/** A cluster that a binding leaves, and what the task says of it. */
export interface Departure {
  readonly cluster: string
  readonly task: Omit<GracefulEvictionTask, 'fromCluster' | 'replicas' | 'creationTimestamp'>
}

export interface MoveContext {
  /** RFC 3339. */
  readonly now: string
  /** Places what has lost clusters, at once: undefined when that is not for us to do. */
  readonly place: (binding: Binding) => PlacedBinding | undefined
}

export interface MovedBinding {
  readonly binding: Binding
  /** What scheduling came to; undefined when nothing was placed. */
  readonly placed: PlacedBinding | undefined
}

/**
 * A binding that leaves clusters: without them in its targets, with a graceful eviction task for each that has none yet, with
 * what takes their place, and with the moves on record. One write has all of it.
 *
 * @source spec/behaviour/clusters.md §4
 */
export function leaveClusters(binding: Binding, departures: readonly Departure[], context: MoveContext): MovedBinding {
  const left = withoutTargets(binding, departures, context.now)
  const placed = context.place(left)
  const next = placed?.binding ?? left
  const to = gained(left.spec.clusters ?? [], next.spec.clusters ?? [])
  const moves = departures.map(({ cluster, task }): Move => {
    const { replicas } = targetOf(binding, cluster) ?? {}
    return { from: cluster, to, ...(replicas && { replicas }), at: context.now, reason: task.reason }
  })
  return { binding: withMoves(next, [...movesOf(binding), ...moves]), placed }
}

function withoutTargets(binding: Binding, departures: readonly Departure[], now: string): Binding {
  const { clusters = [], gracefulEvictionTasks = [] } = binding.spec
  const names = new Set(departures.map(({ cluster }) => cluster))
  const tasked = new Set(gracefulEvictionTasks.map(({ fromCluster }) => fromCluster))
  const tasks = departures
    .filter(({ cluster }) => !tasked.has(cluster))
    .map(({ cluster, task }): GracefulEvictionTask => {
      const { replicas } = targetOf(binding, cluster) ?? {}
      return { fromCluster: cluster, ...task, ...(replicas && { replicas }), creationTimestamp: now }
    })
  const spec = {
    ...binding.spec,
    clusters: clusters.filter(({ name }) => !names.has(name)),
    gracefulEvictionTasks: [...gracefulEvictionTasks, ...tasks],
  }
  return { ...binding, spec }
}

function targetOf({ spec }: Binding, cluster: string): TargetCluster | undefined {
  return spec.clusters?.find(({ name }) => name === cluster)
}

/** The clusters that have more than before. */
function gained(before: readonly TargetCluster[], after: readonly TargetCluster[]): readonly string[] {
  const had = new Map(before.map(({ name, replicas = 0 }) => [name, replicas]))
  return after.filter(({ name, replicas = 0 }) => replicas > (had.get(name) ?? -1)).map(({ name }) => name)
}

/**
 * The merge patch from one state of a binding to another, for the version that was observed.
 *
 * @returns undefined when nothing changes.
 */
export function bindingPatch(before: Binding, after: Binding): JsonObject | undefined {
  const facts = ({ metadata, spec }: Binding): JsonObject => ({
    metadata: { annotations: metadata.annotations ?? {} },
    spec: { ...spec },
  })
  const body = mergePatch(facts(before), facts(after))
  const { resourceVersion } = before.metadata
  return body && { ...body, metadata: { ...(body['metadata'] ?? {}), resourceVersion } }
}
