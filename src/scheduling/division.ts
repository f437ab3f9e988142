import type { Party } from './divide/webster.ts'
import type { Placement, SchedulableSpec } from './placement.ts'
import type { RankedCluster } from './rank.ts'

/** What is to be shared out over which clusters. */
export interface DivisionTask {
  readonly spec: SchedulableSpec
  readonly placement: Placement
  /** Those of one tier, in the order of selection. */
  readonly clusters: readonly RankedCluster[]
  /** What the tier takes: all, unless there are overflow affinities. */
  readonly replicas: number
  /** A reschedule was asked for: the previous result does not bind. */
  readonly fresh: boolean
}

export interface Division {
  readonly type: 'divided'
  readonly replicas: ReadonlyMap<string, number>
  /** Empty when nothing was weighed. */
  readonly weights: readonly Party[]
  /** Replicas of the previous result that were not touched; those given come on top. */
  readonly kept?: ReadonlyMap<string, number>
  /** The arithmetic in words and numbers, for the explanation. */
  readonly how: string
}

/** All clusters together have room for `available` only. */
export interface Shortage {
  readonly type: 'short'
  readonly available: number
}

/**
 * One way of sharing replicas out. A new one is a file in divisions/ and a line in registry.ts.
 *
 * @source spec/behaviour/scheduling.md §8.2
 */
export interface DivisionStrategy {
  readonly name: string
  /** Whether a placement asks for it. */
  readonly handles: (placement: Placement) => boolean
  /** Room bounds what a cluster gets, and overflow affinities are filled tier by tier. */
  readonly usesRoom: boolean
  /** Whether all feasible clusters take part, whatever the spread constraints say. */
  readonly ignoresSpread?: (placement: Placement) => boolean
  readonly divide: (task: DivisionTask) => Division | Shortage
}
