import type { Phase } from './walk.ts'

/** Whether a shorter list still leads to what the whole one did. */
export type Leads<T> = (items: readonly T[]) => Promise<boolean>

/**
 * Leaves out what is not needed: first halves, then ever smaller parts, then single ones (delta debugging).
 *
 * @param leads may answer false for reasons of its own (it had no time left): what it said yes to last is kept.
 * @returns the shortest list that was found; the whole one when nothing can be left out.
 */
export async function minimise<T>(items: readonly T[], leads: Leads<T>): Promise<readonly T[]> {
  let kept = items
  for (let size = Math.ceil(kept.length / 2); size >= 1; ) {
    const smaller = await withoutAPart(kept, size, leads)
    if (smaller === undefined) {
      if (size === 1) break
      size = Math.ceil(size / 2)
    } else {
      kept = smaller
      size = Math.min(size, Math.ceil(kept.length / 2))
    }
  }
  return kept
}

/** The end is kept longest: that is where the difference was seen. */
async function withoutAPart<T>(items: readonly T[], size: number, leads: Leads<T>): Promise<readonly T[] | undefined> {
  for (let from = 0; from < items.length; from += size) {
    const rest = [...items.slice(0, from), ...items.slice(from + size)]
    if (rest.length < items.length && (await leads(rest))) return rest
  }
  return undefined
}

/** @returns the history without the phases, then the faults and the steps that it does not need. */
export async function minimiseHistory(history: readonly Phase[], leads: Leads<Phase>): Promise<readonly Phase[]> {
  let phases = await minimise(history, leads)
  for (let index = phases.length - 1; index >= 0; index--) {
    const phase = phases[index]
    if (phase === undefined) continue
    const at = index
    const whole = phases
    const swapped = (other: Phase): readonly Phase[] => whole.map((known, place) => (place === at ? other : known))
    const faults = await minimise(phase.faults, left => leads(swapped({ ...phase, faults: left })))
    const steps = await minimise(phase.steps, left => leads(swapped({ ...phase, faults, steps: left })))
    phases = swapped({ ...phase, faults, steps })
  }
  return phases
}
