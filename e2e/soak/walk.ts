import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '../controlplane/wait.ts'
import { differences, type Holdings, type HostState } from './compare.ts'
import { FAULTS } from './faults.ts'
import { nextStep } from './next-step.ts'
import { readHoldings, readHostState } from './observe.ts'
import { perform } from './perform.ts'
import { newRandom, type Random } from './random.ts'
import type { SoakFleet } from './soak-fleet.ts'
import { after, type Step, type World } from './world.ts'

/** How long a fleet may take, after everything is well again, to be as asked for. */
const PATIENCE_MS = 90_000
const STEPS_AT_MOST = 12
const STAYS_MS = 300
/** Between two steps. */
const PAUSE_MS = 250

/** What happened from one quiet moment to the next. */
export interface Phase {
  readonly fault: string
  readonly steps: readonly Step[]
}

/** Where a walk is: what is asked for, and how it came to that. */
export interface Walk {
  readonly world: World
  readonly history: readonly Phase[]
}

/** The members are not as asked for: the message holds all that is needed to see it again. */
export class Deviation extends Error {
  override readonly name = 'Deviation'
}

/** @returns where every walk begins: all clusters are joined, and there is nothing else. */
export function startOf(clusters: readonly string[]): Walk {
  const joined = clusters.map(name => [name, { joined: true, tainted: false }] as const)
  return { world: { templates: new Map(), policies: new Map(), clusters: new Map(joined) }, history: [] }
}

/** Takes everything back, so that what comes does not depend on what was. @returns where a walk begins. */
export async function startAnew(soak: SoakFleet, { world }: Walk, chance: Chance): Promise<Walk> {
  const steps = [
    ...[...world.policies.keys()].map(group => ({ do: 'drop', group }) as const),
    ...[...world.clusters]
      .filter(([, { tainted }]) => tainted)
      .map(([cluster]) => ({ do: 'untaint', cluster }) as const),
    ...[...world.clusters].filter(([, { joined }]) => !joined).map(([cluster]) => ({ do: 'join', cluster }) as const),
  ]
  const walk = { world: await act(soak, world, { steps, timing: chance.random }), history: [] }
  await settle(soak, walk, chance.seed)
  return startOf([...world.clusters.keys()])
}

/**
 * Goes on by one phase: users do things, something goes wrong meanwhile, then all is well again and the members must come to
 * hold exactly what is asked for.
 *
 * @param random decides all of it.
 * @throws Deviation when they do not.
 */
export async function goOn(soak: SoakFleet, walk: Walk, { random, seed }: Chance): Promise<Walk> {
  const fault = random.pick(FAULTS)
  const count = walk.history.reduce((sum, { steps }) => sum + steps.length, 0)
  const steps = chooseSteps(walk.world, random, { count, leaves: !fault.aboutMembers })
  const timing = newRandom(random.below(2 ** 31))
  const [world] = await Promise.all([act(soak, walk.world, { steps, timing }), fault.strike(soak, random)])
  const next = { world, history: [...walk.history, { fault: fault.name, steps }] }
  await settle(soak, next, seed)
  return next
}

export interface Chance {
  readonly random: Random
  readonly seed: number
}

interface StepLimits {
  readonly count: number
  /** Whether a member may be taken out of the fleet. */
  readonly leaves: boolean
}

/** All chosen before the first is done: nothing that happens changes what is done. */
function chooseSteps(start: World, random: Random, { count, leaves }: StepLimits): readonly Step[] {
  const steps: Step[] = []
  let world = start
  for (let left = 1 + random.below(STEPS_AT_MOST); left > 0; left--) {
    const step = nextStep(world, random, count + steps.length)
    if (step.do === 'leave' && !leaves) continue
    steps.push(step)
    world = after(world, step)
  }
  return steps
}

interface Acts {
  readonly steps: readonly Step[]
  readonly timing: Random
}

async function act(soak: SoakFleet, start: World, { steps, timing }: Acts): Promise<World> {
  let world = start
  for (const step of steps) {
    await sleep(timing.next() * PAUSE_MS)
    await perform(soak, world, step)
    world = after(world, step)
  }
  return world
}

async function settle(soak: SoakFleet, { world, history }: Walk, seed: number): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    for (const operator of soak.operators) operator.revive()
    if (differences(world, await readHoldings(soak), await readHostState(soak)).length > 0) return undefined
    // It has to stay so: what was on its way has come by then.
    await sleep(STAYS_MS)
    return differences(world, await readHoldings(soak), await readHostState(soak)).length === 0 ? true : undefined
  }
  try {
    await waitFor(look, { until: 'the members are as asked for', timeoutMs: PATIENCE_MS, everyMs: 250 })
  } catch {
    const [holdings, host] = [await readHoldings(soak), await readHostState(soak)]
    const found = differences(world, holdings, host)
    if (found.length > 0) throw new Deviation(report({ seed, found, world, history, holdings, host }))
  }
}

interface Findings extends Walk {
  readonly seed: number
  readonly found: readonly string[]
  readonly holdings: Holdings
  readonly host: HostState
}

function report({ seed, found, ...states }: Findings): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Map) return Object.fromEntries(value)
    return value instanceof Set ? [...value] : value
  }
  return [`SOAK_SEED=${seed}`, ...found, JSON.stringify(states, plain)].join('\n')
}
