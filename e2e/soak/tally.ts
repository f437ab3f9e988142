import { type Counters, sumOf } from './counters.ts'
import type { Phase } from './walk.ts'

/** A phase after which there was no difference. */
export interface QuietPhase extends Pick<Phase, 'faults' | 'steps'> {
  readonly seed: number
  /** From its first step until the members were as asked for. */
  readonly phaseMs: number
  /** Who led at its end. */
  readonly leader: string
  /** What came in it. */
  readonly counted: Counters
}

export interface SeedTally extends Counters {
  readonly seed: number
  readonly phases: number
  readonly steps: number
  readonly medianPhaseMs: number
  /** How often another operator led at the end of a phase than at the end of the one before. */
  readonly takeovers: number
  /** How often each was struck. */
  readonly faults: Readonly<Record<string, number>>
  /** How often users did each. */
  readonly actions: Readonly<Record<string, number>>
}

/** @returns one row for each seed, in the order of their numbers. */
export function tally(phases: readonly QuietPhase[]): readonly SeedTally[] {
  const bySeed = Map.groupBy(phases, ({ seed }) => seed)
  const rows = [...bySeed].map(([seed, walked]): SeedTally => {
    const steps = walked.flatMap(phase => phase.steps)
    return {
      seed,
      phases: walked.length,
      steps: steps.length,
      medianPhaseMs: median(walked.map(({ phaseMs }) => Math.round(phaseMs))),
      takeovers: walked.filter(({ leader }, at) => leader !== (walked[at - 1]?.leader ?? leader)).length,
      ...sumOf(walked.map(({ counted }) => counted)),
      faults: counts(walked.flatMap(({ faults }) => faults)),
      actions: counts(steps.map(step => step.do)),
    }
  })
  return rows.sort((one, other) => one.seed - other.seed)
}

function counts(names: readonly string[]): Readonly<Record<string, number>> {
  const groups = [...Map.groupBy(names, name => name)].map(([name, all]) => [name, all.length] as const)
  return Object.fromEntries(groups.sort(([one], [other]) => one.localeCompare(other, 'en')))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
}
