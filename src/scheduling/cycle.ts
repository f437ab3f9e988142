import { type ClusterAffinity, clusterMatcher } from '../policy/cluster-affinity.ts'
import { type Assignment, assignReplicas } from './assign.ts'
import { newRoomEstimate } from './estimate/available.ts'
import type { ClusterVerdict, Explanation } from './explanation.ts'
import { type FilterResult, filterClusters, fitErrorMessage } from './filter.ts'
import type { ScheduleInput } from './input.ts'
import { failure, type ScheduleOutcome, SUCCESS } from './outcome.ts'
import {
  type AffinityTerm,
  divisionStrategy,
  isRescheduleTriggered,
  isWorkload,
  type Placement,
  type TargetCluster,
} from './placement.ts'
import type { CycleContext } from './plugin.ts'
import { type RankedCluster, rankClusters } from './rank.ts'
import { enabledPlugins } from './registry.ts'
import { effectiveConstraints, selectClusters } from './select.ts'

/** The affinity of a cycle: the placement's only one, or one of its terms. */
export type CycleAffinity = ClusterAffinity & Partial<Pick<AffinityTerm, 'affinityName' | 'overflowAffinities'>>

export interface CycleResult {
  readonly outcome: ScheduleOutcome
  /** Sorted by name; empty on failure. */
  readonly targets: readonly TargetCluster[]
  readonly explanation: Explanation
}

/** What is known when a cycle ends, early or not. */
interface CycleFacts {
  readonly affinityName: string | undefined
  readonly filtered: FilterResult
  readonly ranked?: readonly RankedCluster[]
  readonly selected?: readonly RankedCluster[]
  readonly assignment?: Assignment
  readonly targets?: readonly TargetCluster[]
}

/**
 * One full cycle with one affinity: filter → score → select → assign.
 *
 * @source spec/behaviour/scheduling.md §4
 */
export function runCycle(input: ScheduleInput, placement: Placement, affinity: CycleAffinity | undefined): CycleResult {
  const { spec } = input.binding
  const plugins = enabledPlugins(input.options?.plugins)
  const context = newContext(input, placement, affinity)
  const filtered = filterClusters(context, plugins, input.clusters)
  const facts: CycleFacts = { affinityName: affinity?.affinityName, filtered }
  if (filtered.feasible.length === 0) {
    return end(facts, failure('NoClusterFit', fitErrorMessage(input.clusters.length, filtered.rejections)))
  }
  const roomOf = needsCapacity(placement, context) ? newRoomEstimate(spec, input.estimates) : undefined
  const ranked = rankClusters(filtered.feasible, context, { plugins, ...(roomOf && { roomOf }) })
  const selected = selectClusters(ranked, spec, placement)
  if ('type' in selected) return end({ ...facts, ranked }, selected)
  const assignment = assignReplicas({ spec, placement, selected, fresh: isRescheduleTriggered(input.binding) })
  if (assignment.type === 'failure') return end({ ...facts, ranked, selected }, assignment)
  const targets = targetsOf(selected, assignment, input.options?.propagateEmptyWorkloads ?? false)
  return end({ ...facts, ranked, selected, assignment, targets }, SUCCESS)
}

function newContext(
  { binding: { spec } }: ScheduleInput,
  placement: Placement,
  affinity: CycleAffinity | undefined,
): CycleContext {
  const overflow = isWorkload(spec) ? (affinity?.overflowAffinities ?? []) : []
  return {
    spec,
    placement,
    targetNames: new Set((spec.clusters ?? []).map(({ name }) => name)),
    evictedNames: new Set((spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster)),
    tiers: affinity === undefined ? [] : [affinity, ...overflow].map(clusterMatcher),
  }
}

/** Whether room in clusters can change the result. Where it cannot, it is not computed. */
function needsCapacity(placement: Placement, { tiers }: CycleContext): boolean {
  const strategy = divisionStrategy(placement)
  if (strategy === 'DynamicWeight' || strategy === 'Aggregated') return true
  return tiers.length > 1 || effectiveConstraints(placement).length > 0
}

/** @source spec/behaviour/scheduling.md §8 */
function targetsOf(
  selected: readonly RankedCluster[],
  { replicas }: Assignment,
  keepEmpty: boolean,
): readonly TargetCluster[] {
  const targets = selected.flatMap(({ name }): readonly TargetCluster[] => {
    if (replicas === undefined) return [{ name }]
    const count = replicas.get(name) ?? 0
    if (count > 0) return [{ name, replicas: count }]
    return keepEmpty ? [{ name }] : []
  })
  return targets.sort(byName)
}

function end(facts: CycleFacts, outcome: ScheduleOutcome): CycleResult {
  return { outcome, targets: facts.targets ?? [], explanation: explain(facts) }
}

function explain(facts: CycleFacts): Explanation {
  const { affinityName, filtered, ranked, assignment } = facts
  const unfit = Array.from(filtered.rejections, ([name, rejections]): ClusterVerdict => ({ name, rejections }))
  const clusters = [...unfit, ...feasibleVerdicts(facts, ranked ?? [])].sort(byName)
  return {
    ...(affinityName === undefined ? {} : { affinityName }),
    ...(assignment?.division === undefined ? {} : { division: assignment.division }),
    clusters,
  }
}

function feasibleVerdicts(facts: CycleFacts, ranked: readonly RankedCluster[]): readonly ClusterVerdict[] {
  const targets = new Map(facts.targets?.map(target => [target.name, target.replicas ?? 0]))
  const weights = new Map(facts.assignment?.weights.map(party => [party.name, party.votes]))
  const selected = new Set(facts.selected?.map(({ name }) => name))
  return ranked.map(({ name, score, room }) => {
    const replicas = targets.get(name)
    const weight = weights.get(name)
    const note = selected.has(name) ? 'no replicas for it' : 'not selected by the spread constraints'
    return {
      name,
      rejections: [],
      score,
      ...(room === undefined ? {} : { available: room.available }),
      ...(weight === undefined ? {} : { weight }),
      ...(replicas !== undefined ? { replicas } : facts.targets === undefined ? {} : { note }),
    }
  })
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
