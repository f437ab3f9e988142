import type { TargetCluster } from '../placement.ts'
import { allocateSeats, type Party } from './webster.ts'

/** A cluster with the replicas that still fit into it, those already there not counted. */
export interface Candidate {
  readonly name: string
  readonly allocatable: number
}

export interface DynamicDivision {
  readonly strategy: 'DynamicWeight' | 'Aggregated'
  readonly replicas: number
  /** In the order of selection. */
  readonly candidates: readonly Candidate[]
  /** The previous result. */
  readonly previous: readonly TargetCluster[]
  /** Ignore the previous result, as when a reschedule was asked for. */
  readonly fresh: boolean
  readonly descendingTies: boolean
}

/** What became of the previous result: kept, dropped, shrunk, or added to. */
export type DynamicMode = 'same' | 'fresh' | 'fewer' | 'more'

export type DynamicResult =
  | {
      readonly type: 'divided'
      readonly mode: DynamicMode
      readonly replicas: ReadonlyMap<string, number>
      /** Of the clusters that took part, in their order; empty when nothing was to be divided. */
      readonly weights: readonly Party[]
      /** Replicas of the previous result that stay where they are. */
      readonly kept: ReadonlyMap<string, number>
      /** How many were divided. */
      readonly target: number
    }
  /** All clusters together have room for `available` only. */
  | { readonly type: 'short'; readonly available: number }

/** What is to be divided, by which weights, on top of what. */
interface Task {
  readonly mode: DynamicMode
  readonly target: number
  readonly weights: readonly Party[]
  readonly kept: ReadonlyMap<string, number>
}

const NOTHING: ReadonlyMap<string, number> = new Map()

/**
 * Divides replicas by available room. Steady mode only adds or removes the difference to the previous result.
 *
 * @source spec/behaviour/scheduling.md §8.3
 */
export function divideDynamically(division: DynamicDivision): DynamicResult {
  const scheduled = scheduledReplicas(division)
  const assigned = sum(scheduled.values())
  if (!division.fresh && assigned === division.replicas) {
    return { type: 'divided', mode: 'same', replicas: scheduled, weights: [], kept: scheduled, target: 0 }
  }
  const task = planTask(division, scheduled, assigned)
  const available = sum(task.weights.map(party => party.votes))
  if (available < task.target) return { type: 'short', available }
  const parties = division.strategy === 'Aggregated' ? fewest(task, scheduled) : task.weights
  const given = allocateSeats(task.target, parties, { descendingTies: division.descendingTies })
  const { mode, target, kept } = task
  return { type: 'divided', mode, replicas: merge(kept, given), weights: parties, kept, target }
}

/** The previous result as far as its clusters are still candidates. */
function scheduledReplicas({ candidates, previous }: DynamicDivision): ReadonlyMap<string, number> {
  const names = new Set(candidates.map(candidate => candidate.name))
  return new Map(previous.filter(({ name }) => names.has(name)).map(({ name, replicas = 0 }) => [name, replicas]))
}

function planTask(division: DynamicDivision, scheduled: ReadonlyMap<string, number>, assigned: number): Task {
  const { candidates, replicas, fresh } = division
  const weighted = (votesOf: (candidate: Candidate) => number): readonly Party[] =>
    candidates.map(candidate => ({ name: candidate.name, votes: votesOf(candidate) })).sort((a, b) => b.votes - a.votes)
  const scheduledOf = ({ name }: Candidate): number => scheduled.get(name) ?? 0
  if (fresh)
    return { mode: 'fresh', target: replicas, weights: weighted(c => c.allocatable + scheduledOf(c)), kept: NOTHING }
  if (assigned > replicas) return { mode: 'fewer', target: replicas, weights: weighted(scheduledOf), kept: NOTHING }
  return { mode: 'more', target: replicas - assigned, weights: weighted(c => c.allocatable), kept: scheduled }
}

/** The shortest run of clusters with enough room, those that run replicas already before the others. */
function fewest({ weights, target }: Task, scheduled: ReadonlyMap<string, number>): readonly Party[] {
  const isScheduled = ({ name }: Party): boolean => (scheduled.get(name) ?? 0) > 0
  const ordered = [...weights.filter(isScheduled), ...weights.filter(party => !isScheduled(party))]
  let room = 0
  const length = ordered.findIndex(party => {
    room += party.votes
    return room >= target
  })
  return ordered.slice(0, length + 1)
}

function merge(kept: ReadonlyMap<string, number>, given: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const names = new Set([...given.keys(), ...kept.keys()])
  return new Map(Array.from(names, name => [name, (kept.get(name) ?? 0) + (given.get(name) ?? 0)]))
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
