import { type Counters, sumOf } from './counters.ts'
import type { Memories } from './memory.ts'
import type { Phase } from './walk.ts'

/** A phase after which there was no difference. */
export interface QuietPhase extends Pick<Phase, 'faults' | 'steps'> {
  readonly seed: number
  /** From its first step until the members were as asked for. */
  readonly phaseMs: number
  /** From when all was well again until then. */
  readonly settledMs: number
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
  readonly longestPhaseMs: number
  readonly medianSettledMs: number
  readonly longestSettledMs: number
  /** How often another operator led at the end of a phase than at the end of the one before. */
  readonly takeovers: number
  /** What each operator held when it began. */
  readonly memory: Memories
  /** How often each was struck. */
  readonly faults: Readonly<Record<string, number>>
  /** How often users did each. */
  readonly actions: Readonly<Record<string, number>>
}

/** @param memories when each seed began. @returns one row for each seed, in the order of their numbers. */
export function tally(phases: readonly QuietPhase[], memories: ReadonlyMap<number, Memories>): readonly SeedTally[] {
  const bySeed = Map.groupBy(phases, ({ seed }) => seed)
  const rows = [...bySeed].map(([seed, walked]): SeedTally => {
    const phasesMs = walked.map(({ phaseMs }) => Math.round(phaseMs))
    const settledMs = walked.map(phase => Math.round(phase.settledMs))
    const steps = walked.flatMap(phase => phase.steps)
    return {
      seed,
      phases: walked.length,
      steps: steps.length,
      medianPhaseMs: median(phasesMs),
      longestPhaseMs: Math.max(...phasesMs),
      medianSettledMs: median(settledMs),
      longestSettledMs: Math.max(...settledMs),
      takeovers: walked.filter(({ leader }, at) => leader !== (walked[at - 1]?.leader ?? leader)).length,
      ...sumOf(walked.map(({ counted }) => counted)),
      memory: memories.get(seed) ?? {},
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
