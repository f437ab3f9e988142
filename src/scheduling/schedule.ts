import type { CycleAffinity } from './context.ts'
import { type CycleResult, runCycle } from './cycle.ts'
import type { Explanation } from './explanation.ts'
import type { ScheduleInput } from './input.ts'
import { failure, type ScheduleOutcome } from './outcome.ts'
import {
  type AffinityTerm,
  isRescheduleTriggered,
  type Placement,
  type SchedulableCluster,
  type TargetCluster,
} from './placement.ts'

export type { ClusterVerdict, Explanation } from './explanation.ts'
export type { PeerBinding, ScheduleInput, ScheduleOptions } from './input.ts'

/** A term of clusterAffinities that was tried before the one that fitted, or all of them. */
export interface FailedTerm {
  readonly index: number
  readonly affinityName: string
  readonly message: string
}

export interface ScheduleResult {
  readonly outcome: ScheduleOutcome
  /** What `spec.clusters` is to be, sorted by name; on failure empty for NoClusterFit, else the previous targets. */
  readonly targets: readonly TargetCluster[]
  /** The term of clusterAffinities that fitted: the new `status.schedulerObservingAffinityName`. */
  readonly affinityName?: string
  /** One Warning event each. */
  readonly failedTerms: readonly FailedTerm[]
  readonly explanation: Explanation
}

/**
 * Decides where a binding goes and how many replicas each cluster gets. Pure: no clock, no order of clusters, no
 * memory but the binding's own.
 *
 * @source spec/behaviour/scheduling.md §4, §5
 * @example schedule({ binding, clusters }).targets // [{ name: 'member1', replicas: 1 }, { name: 'member2', replicas: 1 }]
 */
export function schedule(given: ScheduleInput): ScheduleResult {
  const input = { ...given, clusters: byName(given.clusters) }
  const { placement } = input.binding.spec
  if (placement === undefined) return finish(input, withoutPlacement())
  const terms = placement.clusterAffinities ?? []
  if (terms.length > 0) return scheduleByTerms(input, placement, terms)
  return finish(input, runCycle(input, placement, placement.clusterAffinity))
}

function byName(clusters: readonly SchedulableCluster[]): readonly SchedulableCluster[] {
  return [...clusters].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
}

/** Tries terms in order from the observed one on; any failure goes on to the next, the first success ends. */
function scheduleByTerms(input: ScheduleInput, placement: Placement, terms: readonly AffinityTerm[]): ScheduleResult {
  const failedTerms: FailedTerm[] = []
  let first: CycleResult | undefined
  for (let index = firstTerm(input, terms); index < terms.length; index++) {
    const term: CycleAffinity | undefined = terms[index]
    const affinityName = term?.affinityName ?? ''
    const result = runCycle(input, placement, term)
    if (result.outcome.type === 'success') return { ...finish(input, result), affinityName, failedTerms }
    failedTerms.push({ index, affinityName, message: result.outcome.message })
    first ??= result
  }
  return { ...finish(input, first ?? withoutPlacement()), failedTerms }
}

function firstTerm({ binding }: ScheduleInput, terms: readonly AffinityTerm[]): number {
  if (isRescheduleTriggered(binding)) return 0
  const observed = binding.status?.schedulerObservingAffinityName
  return Math.max(
    0,
    terms.findIndex(term => term.affinityName === observed),
  )
}

/** When no cluster fits, nothing may stay anywhere; any other failure leaves everything where it is. */
function finish(input: ScheduleInput, { outcome, targets, explanation }: CycleResult): ScheduleResult {
  const keeps = outcome.type === 'failure' && outcome.reason !== 'NoClusterFit'
  return { outcome, targets: keeps ? (input.binding.spec.clusters ?? []) : targets, failedTerms: [], explanation }
}

function withoutPlacement(): CycleResult {
  return {
    outcome: failure('SchedulerError', 'the binding has no placement'),
    targets: [],
    explanation: { filters: [], clusters: [] },
  }
}
