import { type DynamicResult, divideDynamically } from './divide/dynamic.ts'
import { staticWeights } from './divide/static-weight.ts'
import { isTieDescending } from './divide/tie.ts'
import { allocateSeats, type Party } from './divide/webster.ts'
import { failure, type ScheduleFailure } from './outcome.ts'
import { type DivisionStrategy, divisionStrategy, type Placement, type SchedulableSpec } from './placement.ts'
import type { RankedCluster } from './rank.ts'

/** Who gets how many replicas, and how that came about. */
export interface Assignment {
  readonly type: 'assigned'
  /** By cluster; undefined when the object has no replicas to share out. */
  readonly replicas: ReadonlyMap<string, number> | undefined
  readonly weights: readonly Party[]
  /** In words and numbers, for the explanation. */
  readonly division?: string
}

export interface AssignInput {
  readonly spec: SchedulableSpec
  readonly placement: Placement
  /** In the order of selection. */
  readonly selected: readonly RankedCluster[]
  /** A reschedule was asked for: the previous result does not bind. */
  readonly fresh: boolean
}

/**
 * Shares the replicas out over the selected clusters.
 *
 * @source spec/behaviour/scheduling.md §8
 */
export function assignReplicas(input: AssignInput): Assignment | ScheduleFailure {
  const { spec, placement, selected } = input
  if (selected.length === 0) return failure('SchedulerError', 'no clusters available to schedule')
  if (!hasReplicasToAssign(spec)) return { type: 'assigned', replicas: undefined, weights: [] }
  const strategy = divisionStrategy(placement)
  switch (strategy) {
    case undefined:
      return failure('SchedulerError', unsupportedMessage(placement))
    case 'Duplicated':
      return duplicate(input)
    case 'StaticWeight':
      return divideByStaticWeight(input)
    default:
      return divideByRoom(input, strategy)
  }
}

/** @source spec/behaviour/scheduling.md §8, first sentence */
function hasReplicasToAssign({ replicas = 0, replicaRequirements, components = [] }: SchedulableSpec): boolean {
  return (replicas > 0 || replicaRequirements !== undefined) && components.length <= 1
}

function duplicate({ spec, selected }: AssignInput): Assignment {
  const { replicas = 0 } = spec
  return {
    type: 'assigned',
    replicas: new Map(selected.map(({ name }) => [name, replicas])),
    weights: [],
    division: `${replicas} replicas each`,
  }
}

function divideByStaticWeight({ spec, placement, selected }: AssignInput): Assignment {
  const { replicas = 0 } = spec
  const rules = placement.replicaScheduling?.weightPreference?.staticWeightList
  const weights = staticWeights(
    selected.map(({ cluster }) => cluster),
    rules,
  )
  return {
    type: 'assigned',
    replicas: allocateSeats(replicas, weights, { descendingTies: isTieDescending(spec.resource.uid) }),
    weights,
    division: `${replicas} replicas by ${rules?.length ? 'static' : 'equal'} weight (Webster)`,
  }
}

/** Each tier takes what it has room for, the next one the rest. */
function divideByRoom(
  input: AssignInput,
  strategy: Exclude<DivisionStrategy, 'Duplicated' | 'StaticWeight'>,
): Assignment | ScheduleFailure {
  const tiers = Map.groupBy(input.selected, ({ tier }) => tier)
  const replicas = new Map<string, number>()
  const weights: Party[] = []
  let remaining = input.spec.replicas ?? 0
  const wanted = remaining
  for (const tier of tiers.values()) {
    const share = tiers.size === 1 ? wanted : Math.min(remaining, roomOf(tier))
    const result = divideTier(input, { strategy, tier, share })
    if (result.type === 'short') return short(` ${result.available}`)
    for (const [name, count] of result.replicas) replicas.set(name, count)
    weights.push(...result.weights)
    remaining -= share
  }
  if (remaining > 0) return short('')
  return { type: 'assigned', replicas, weights, division: describe(strategy, wanted, weights) }
}

function divideTier(
  { spec, fresh }: AssignInput,
  options: {
    readonly strategy: 'DynamicWeight' | 'Aggregated'
    readonly tier: readonly RankedCluster[]
    readonly share: number
  },
): DynamicResult {
  return divideDynamically({
    strategy: options.strategy,
    replicas: options.share,
    candidates: options.tier.map(({ name, room }) => ({ name, allocatable: room?.allocatable ?? 0 })),
    previous: spec.clusters ?? [],
    fresh,
    descendingTies: isTieDescending(spec.resource.uid),
  })
}

function describe(strategy: 'DynamicWeight' | 'Aggregated', replicas: number, weights: readonly Party[]): string {
  if (weights.length === 0) return `${replicas} replicas as before`
  return strategy === 'Aggregated'
    ? `${replicas} replicas over the fewest clusters, by available replicas (Webster)`
    : `${replicas} replicas by available replicas (Webster)`
}

function roomOf(clusters: readonly RankedCluster[]): number {
  return clusters.reduce((sum, { room }) => sum + (room?.available ?? 0), 0)
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
