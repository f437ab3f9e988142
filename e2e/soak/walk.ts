import { setTimeout as sleep } from 'node:timers/promises'
import { type Fault, faultsNamed, pickFaults } from './faults.ts'
import { disown, goneFrom, nextStep, withdraw } from './next-step.ts'
import { perform } from './perform.ts'
import { newRandom, type Random } from './random.ts'
import { deviation, settle } from './settle.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { Quiet } from './states.ts'
import { after, emptyWorld, isPossible, type Step, type World, worldsThrough } from './world.ts'

const STEPS_AT_MOST = 12
/** How often a phase begins with a policy that goes and leaves its templates. */
const WITHDRAWS = 0.15
/** And how often, of the others, with somebody who takes the label off an object. */
const DISOWNS = 0.2
/** Between two steps, where there is one: half of them follow at once. */
const PAUSE_MS = 250

/** What happened from one quiet moment to the next. */
export interface Phase {
  readonly faults: readonly string[]
  readonly steps: readonly Step[]
  /** Of the moments at which it all happens, and whom the faults hit. */
  readonly seed: number
}

/** Where a walk is: what is asked for, and how it came to that. */
export interface Walk {
  readonly world: World
  readonly history: readonly Phase[]
  /** What was seen when the members were last as asked for; nothing at the start. */
  readonly quiet: Quiet
  /** From the end of the last phase's steps and faults until the members were as asked for; 0 at the start. */
  readonly settledMs: number
}

const NOTHING_SEEN: Quiet = { holdings: new Map(), clusters: new Map() }

/** @returns where every walk begins: all clusters are joined, and there is nothing else. */
export function startOf(clusters: readonly string[]): Walk {
  return { world: emptyWorld(clusters), history: [], quiet: NOTHING_SEEN, settledMs: 0 }
}

/** @returns where a walk goes next, by chance. */
export function nextPhase({ world, history }: Pick<Walk, 'world' | 'history'>, random: Random): Phase {
  const faults = pickFaults(random)
  const count = history.reduce((sum, { steps }) => sum + steps.length, 0)
  const spares = faults.every(({ hits }) => hits !== 'members' && hits !== 'everybody')
  const steps = chooseSteps(world, random, { count, spares })
  return { faults: faults.map(({ name }) => name), steps, seed: random.below(2 ** 31) }
}

interface StepLimits {
  readonly count: number
  /** Whether no fault hits members: one that is let go, or is asked for something that it has to do, has to answer. */
  readonly spares: boolean
}

/** All chosen before the first is done: nothing that happens changes what is done. */
function chooseSteps(start: World, random: Random, { count, spares }: StepLimits): readonly Step[] {
  // First, since only of what is settled anybody knows how it stays.
  const first = firstStep(start, random, spares)
  const steps: Step[] = first === undefined ? [] : [first]
  const worlds = [start, ...steps.map(step => after(start, step))]
  let world = worlds.at(-1) ?? start
  for (let left = 1 + random.below(STEPS_AT_MOST); left > 0; left--) {
    const step = nextStep(world, random, { count: count + steps.length, gone: goneFrom(worlds) })
    if (step.do === 'leave' && !spares) continue
    steps.push(step)
    world = after(world, step)
    worlds.push(world)
  }
  return steps
}

function firstStep(start: World, random: Random, spares: boolean): Step | undefined {
  if (random.happens(WITHDRAWS)) return withdraw(start, random)
  return spares && random.happens(DISOWNS) ? disown(start, random) : undefined
}

/**
 * Goes on by one phase: users do things, something goes wrong meanwhile, then all is well again and the members must come to
 * hold exactly what is asked for.
 *
 * @throws Deviation when they do not.
 */
export async function goOn(soak: SoakFleet, walk: Walk, phase: Phase): Promise<Walk> {
  const random = newRandom(phase.seed)
  const acting = { steps: phase.steps, timing: newRandom(random.below(2 ** 31)) }
  const worlds = worldsThrough(walk.world, phase.steps)
  const next = { ...walk, world: worlds.at(-1) ?? walk.world, history: [...walk.history, phase] }
  const since = { worlds, steps: phase.steps, quiet: walk.quiet }
  const ends = await Promise.allSettled([
    act(soak, walk.world, acting),
    strike(soak, faultsNamed(phase.faults), random),
  ])
  const failures = ends.flatMap(end => (end.status === 'rejected' ? [String(end.reason)] : []))
  if (failures.length > 0) throw await deviation(soak, { walk: next, since }, failures)
  return { ...next, ...(await settle(soak, { walk: next, since })) }
}

/**
 * Takes everything back, so that what comes does not depend on what was. @returns where a walk begins.
 *
 * @throws Deviation when the members do not come to be empty.
 */
export async function startAnew(soak: SoakFleet, walk: Walk): Promise<Walk> {
  const { quiet, settledMs } = await goOn(soak, walk, { faults: [], steps: stepsBack(walk.world), seed: 0 })
  return { ...startOf([...walk.world.clusters.keys()]), quiet, settledMs }
}

function stepsBack(world: World): readonly Step[] {
  const clusters = [...world.clusters.keys()]
  return [
    ...[...world.templates.keys()].map(name => ({ do: 'delete', name }) as const),
    ...[...world.policies.keys()].map(group => ({ do: 'drop', group }) as const),
    ...[...world.overrides.keys()].map(group => ({ do: 'plain', group }) as const),
    ...clusters.map(cluster => ({ do: 'join', cluster }) as const),
    ...clusters.flatMap(cluster => [{ do: 'untaint', cluster } as const, { do: 'uncordon', cluster } as const]),
  ]
}

interface Acts {
  readonly steps: readonly Step[]
  readonly timing: Random
}

async function act(soak: SoakFleet, start: World, { steps, timing }: Acts): Promise<void> {
  let world = start
  for (const step of steps) {
    if (timing.happens(0.5)) await sleep(timing.next() * PAUSE_MS)
    if (!isPossible(world, step)) continue
    await perform(soak, world, step)
    world = after(world, step)
  }
}

async function strike(soak: SoakFleet, faults: readonly Fault[], random: Random): Promise<void> {
  const randoms = faults.map(() => newRandom(random.below(2 ** 31)))
  await Promise.all(faults.map((fault, index) => fault.strike(soak, randoms[index] ?? random)))
}
