import { type Assignment, assignReplicas } from './assign.ts'
import { type CycleAffinity, newContext } from './context.ts'
import { newRoomEstimate } from './estimate/available.ts'
import type { Explanation } from './explanation.ts'
import { filterClusters, fitErrorMessage } from './filter.ts'
import type { ScheduleInput } from './input.ts'
import { failure, type ScheduleOutcome, SUCCESS } from './outcome.ts'
import {
  isPlacedWhole,
  isRescheduleTriggered,
  type Placement,
  type SchedulableSpec,
  type TargetCluster,
} from './placement.ts'
import { type RankedCluster, rankClusters, scorersOf } from './rank.ts'
import { enabledDivisions, enabledPlugins } from './registry.ts'
import { effectiveConstraints, selectClusters } from './select.ts'
import { type CycleFacts, explainCycle } from './verdicts.ts'

export interface CycleResult {
  readonly outcome: ScheduleOutcome
  /** Sorted by name; empty on failure. */
  readonly targets: readonly TargetCluster[]
  readonly explanation: Explanation
}

/**
 * One full cycle with one affinity: filter → score → select → assign.
 *
 * @param input with clusters by name
 * @source spec/behaviour/scheduling.md §4
 */
export function runCycle(input: ScheduleInput, placement: Placement, affinity: CycleAffinity | undefined): CycleResult {
  const { spec } = input.binding
  const plugins = enabledPlugins(input.options?.plugins)
  const context = newContext(input, placement, affinity)
  const filtered = filterClusters(context, plugins, input.clusters)
  const scorers = scorersOf(plugins)
  const filters = plugins.filter(({ filter }) => filter !== undefined).map(({ name }) => name)
  const facts: CycleFacts = {
    spec,
    affinityName: affinity?.affinityName,
    filters,
    scorers,
    filtered,
  }
  if (filtered.feasible.length === 0) {
    return end(
      facts,
      failure('NoClusterFit', fitErrorMessage(input.clusters.length, filtered.rejections, input.binding.spec.resource)),
    )
  }
  const ranked = rankClusters(filtered.feasible, context, { scorers, roomOf: newRoomEstimate(spec, input.estimates) })
  const strategy = enabledDivisions(input.options?.plugins).find(({ handles }) => handles(placement))
  const constraints = effectiveConstraints(placement, strategy)
  const selection = selectClusters(ranked, { spec, placement }, constraints)
  if (selection.type === 'failure') return end({ ...facts, ranked }, selection)
  const selected = selection.clusters
  const assignment = assignReplicas({
    spec,
    placement,
    strategy,
    selected,
    fresh: isRescheduleTriggered(input.binding),
  })
  if (assignment.type === 'failure') return end({ ...facts, ranked, selection }, assignment)
  const keepEmpty = input.options?.propagateEmptyWorkloads ?? false
  const targets = targetsOf(selected, assignment, { spec, keepEmpty })
  return end({ ...facts, ranked, selection, assignment, targets }, SUCCESS)
}

/** @source spec/behaviour/scheduling.md §8, §9 */
function targetsOf(
  selected: readonly RankedCluster[],
  { replicas }: Assignment,
  { spec, keepEmpty }: { readonly spec: SchedulableSpec; readonly keepEmpty: boolean },
): readonly TargetCluster[] {
  const components = isPlacedWhole(spec) ? componentsOf(spec) : []
  const bare = components.length > 1 ? { components } : {}
  const byName = [...selected].sort((a, b) => a.place - b.place)
  return byName.flatMap(({ name }): readonly TargetCluster[] => {
    if (replicas === undefined) return [{ name, ...bare }]
    const count = replicas.get(name) ?? 0
    if (count > 0) return [{ name, replicas: count }]
    return keepEmpty ? [{ name }] : []
  })
}

function componentsOf({ components = [] }: SchedulableSpec): NonNullable<TargetCluster['components']> {
  return components.map(({ name, replicas }) => ({ name, replicas }))
}

function end(facts: CycleFacts, outcome: ScheduleOutcome): CycleResult {
  return { outcome, targets: facts.targets ?? [], explanation: explainCycle(facts) }
}
