import type { Party } from './divide/webster.ts'
import type { Division, DivisionStrategy, DivisionTask } from './division.ts'
import { failure, type ScheduleFailure } from './outcome.ts'
import type { Placement, SchedulableSpec } from './placement.ts'
import type { RankedCluster } from './rank.ts'

/** Who gets how many replicas, and how that came about. */
export interface Assignment {
  readonly type: 'assigned'
  /** By cluster; undefined when the object has no replicas to share out. */
  readonly replicas: ReadonlyMap<string, number> | undefined
  readonly weights: readonly Party[]
  /** Replicas of the previous result that were not touched. */
  readonly kept: ReadonlyMap<string, number>
  /** In words and numbers, for the explanation. */
  readonly division?: string
}

export interface AssignInput {
  readonly spec: SchedulableSpec
  readonly placement: Placement
  /** What the placement asks for; undefined when nothing handles it. */
  readonly strategy: DivisionStrategy | undefined
  /** In the order of selection. */
  readonly selected: readonly RankedCluster[]
  /** A reschedule was asked for: the previous result does not bind. */
  readonly fresh: boolean
}

const NOTHING: ReadonlyMap<string, number> = new Map()

/**
 * Shares the replicas out over the selected clusters.
 *
 * @source spec/behaviour/scheduling.md §8
 */
export function assignReplicas(input: AssignInput): Assignment | ScheduleFailure {
  const { spec, placement, selected, strategy } = input
  if (selected.length === 0) return failure('SchedulerError', 'no clusters available to schedule')
  if (!hasReplicasToAssign(spec)) return { type: 'assigned', replicas: undefined, weights: [], kept: NOTHING }
  if (strategy === undefined) return failure('SchedulerError', unsupportedMessage(placement))
  return divideByTier(input, strategy)
}

/** @source spec/behaviour/scheduling.md §8, first sentence */
function hasReplicasToAssign({ replicas = 0, replicaRequirements, components = [] }: SchedulableSpec): boolean {
  return (replicas > 0 || replicaRequirements !== undefined) && components.length <= 1
}

/** Each tier takes what it has room for, the next one the rest; without overflow affinities there is one tier. */
function divideByTier(input: AssignInput, strategy: DivisionStrategy): Assignment | ScheduleFailure {
  const tiers = strategy.usesRoom ? tiersOf(input.selected) : [input.selected]
  const divisions: Division[] = []
  let remaining = input.spec.replicas ?? 0
  for (const tier of tiers) {
    const share = tiers.length === 1 ? remaining : Math.min(remaining, roomOf(tier))
    const division = strategy.divide(taskOf(input, tier, share))
    if (division.type === 'short') return short(` ${division.available}`)
    divisions.push(division)
    remaining -= share
  }
  return remaining > 0 ? short('') : together(divisions)
}

function together(divisions: readonly Division[]): Assignment {
  const [only] = divisions
  if (only !== undefined && divisions.length === 1) {
    const { replicas, weights, kept = NOTHING, how } = only
    return { type: 'assigned', replicas, weights, kept, division: how }
  }
  const texts = divisions.map(({ how }, index) => `tier ${index + 1}: ${how}`)
  return {
    type: 'assigned',
    replicas: new Map(divisions.flatMap(({ replicas }) => [...replicas])),
    weights: divisions.flatMap(({ weights }) => weights),
    kept: new Map(divisions.flatMap(({ kept }) => [...(kept ?? [])])),
    division: texts.join('; '),
  }
}

function taskOf(
  { spec, placement, fresh }: AssignInput,
  clusters: readonly RankedCluster[],
  replicas: number,
): DivisionTask {
  return { spec, placement, clusters, replicas, fresh }
}

function tiersOf(selected: readonly RankedCluster[]): readonly (readonly RankedCluster[])[] {
  const byTier = Map.groupBy(selected, ({ tier }) => tier)
  return [...byTier].sort(([a], [b]) => a - b).map(([, clusters]) => clusters)
}

function roomOf(clusters: readonly RankedCluster[]): number {
  return clusters.reduce((sum, { room }) => sum + room.available, 0)
}

function short(available: string): ScheduleFailure {
  return failure('Unschedulable', `Clusters available replicas${available} are not enough to schedule.`)
}

function unsupportedMessage({ replicaScheduling }: Placement): string {
  const { replicaSchedulingType = '', replicaDivisionPreference = '' } = replicaScheduling ?? {}
  return (
    `unsupported replica scheduling strategy, replicaSchedulingType=${replicaSchedulingType}, ` +
    `replicaDivisionPreference=${replicaDivisionPreference}, please try another scheduling strategy`
  )
}
