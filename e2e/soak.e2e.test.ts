import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { eventually } from './cluster-view.ts'
import { CALM } from './controlplane/storm-proxy.ts'
import { runFacts } from './run-facts.ts'
import { sweepFleet } from './secrecy/sweep-fleet.ts'
import { type Counters, growth, readCounters } from './soak/counters.ts'
import { mayEndOperators } from './soak/faults.ts'
import { keepState } from './soak/keep-state.ts'
import { awaitLeases, readLeader } from './soak/leases.ts'
import { heapGrowth, type Memories, readMemory } from './soak/memory.ts'
import { readHoldings } from './soak/observe.ts'
import { setClocksRight } from './soak/operator-faults.ts'
import { perform } from './soak/perform.ts'
import { newRandom } from './soak/random.ts'
import { shrinkWalk } from './soak/replay.ts'
import { Deviation, renderReport } from './soak/report.ts'
import { type SoakFleet, startSoakFleet } from './soak/soak-fleet.ts'
import { type QuietPhase, type SeedTally, tally } from './soak/tally.ts'
import { goOn, nextPhase, type Phase, startAnew, startOf, type Walk } from './soak/walk.ts'
import { after, emptyWorld, type Step } from './soak/world.ts'

// Users and faults by chance, for as long as SOAK_MINUTES says, as SOAK_SEED has it: two minutes of the same in every test run,
// `make soak MINUTES=10` for more, each time another. SOAK_RESULTS names a JSON file for what happened; SOAK_SHRINK_MINUTES
// says how long the least is looked for that leads to a difference, SOAK_OPERATORS how many operators there are, SOAK_SHARING whether they
// share the members (true, false; default: where the first seed is even).

const MINUTE_MS = 60_000
const SHRINKING = { tries: 40, minutes: Number(process.env['SOAK_SHRINK_MINUTES'] ?? 8) }
const minutes = Number(process.env['SOAK_MINUTES'] ?? 2)
jest.setTimeout((minutes + SHRINKING.minutes + 5) * MINUTE_MS)

const MEMBERS = ['member1', 'member2', 'member3']
const PHASES_A_SEED = 25
const operators = Number(process.env['SOAK_OPERATORS'] ?? 2)
const firstSeed = Number(process.env['SOAK_SEED'] ?? 1)
const sharing = (process.env['SOAK_SHARING'] ?? String(firstSeed % 2 === 0)) === 'true'
const resultsFile = process.env['SOAK_RESULTS']
const facts = runFacts(
  `make soak MINUTES=${minutes} SEED=${firstSeed} OPERATORS=${operators} SHARING=${sharing} RESULTS=results.json`,
)
let soak: SoakFleet

beforeAll(async () => {
  soak = await startSoakFleet({ members: MEMBERS, operators, sharing }, newRandom(firstSeed))
}, 10 * MINUTE_MS)

afterAll(async () => {
  try {
    if (soak !== undefined)
      await sweepFleet(soak.fleet, { logs: soak.logs, operators: soak.operators.map(({ running }) => running) })
  } finally {
    await soak?.stop()
  }
}, 3 * MINUTE_MS)

it('what a member refuses to delete for a while, with Conflict among its words, is deleted in the end', async () => {
  const world = emptyWorld(MEMBERS)
  const template = { kind: 'ConfigMap', group: 'amber', value: 'v', replicas: 0 } as const
  const steps: readonly Step[] = [
    { do: 'place', group: 'amber', clusters: MEMBERS },
    { do: 'put', name: 'refused', template },
  ]
  for (const step of steps) await perform(soak, world, step)
  const holders = async (): Promise<number> =>
    [...(await readHoldings(soak)).values()].filter(held => held.has('refused')).length
  await eventually('all members have it', async () => (await holders()) === MEMBERS.length)
  const storms = soak.members.map(({ storm }) => storm)
  for (const storm of storms) storm.become({ ...CALM, refused: 1 })
  await perform(soak, steps.reduce(after, world), { do: 'drop', group: 'amber' })
  // Long enough for every refusal that there is to be among the answers.
  await sleep(2_000)
  for (const storm of storms) storm.become(CALM)
  await eventually('no member has it', async () => (await holders()) === 0)
})

it(`whatever users do and whatever fails: ${minutes} minutes of it leave the members as asked for, each time`, async () => {
  const endMs = performance.now() + minutes * MINUTE_MS
  const walked: Walked = { quiet: [], memories: new Map() }
  let walk = startOf(MEMBERS)
  for (let seed = firstSeed; performance.now() < endMs; seed++) {
    say(`SOAK_SEED=${seed}`)
    await setClocksRight(soak)
    walk = await reporting(seed, () => startAnew(soak, walk))
    walked.memories.set(seed, await readMemory(soak))
    const random = newRandom(seed)
    for (let left = PHASES_A_SEED; left > 0 && performance.now() < endMs; left--) {
      const phase = nextPhase(walk, random)
      const [startMs, before] = [performance.now(), readCounters(soak)]
      walk = await reporting(seed, () => goOn(soak, walk, phase))
      const [phaseMs, settledMs] = [performance.now() - startMs, walk.settledMs ?? 0]
      const { leader, counted } = await keepingLogs(() => look(phase, before))
      walked.quiet.push({ ...phase, seed, phaseMs, settledMs, leader, counted })
      sayQuiet(walked)
    }
  }
  expect(walked.quiet.length).toBeGreaterThan(0)
  expect(soak.mistakes()).toEqual([])
  expect(heapGrowth([...walked.memories.values()])).toEqual([])
})

interface Walked {
  readonly quiet: QuietPhase[]
  /** Of the operators when each seed began. */
  readonly memories: Map<number, Memories>
}

/** At operators, when the members are as asked for. @throws Error when they are not as they have to be. */
async function look({ faults }: Phase, before: Counters): Promise<Pick<QuietPhase, 'leader' | 'counted'>> {
  await awaitLeases(soak)
  const counted = growth(before, readCounters(soak))
  if (counted.revivals > 0 && !mayEndOperators(faults))
    throw new Error('an operator ended by itself, and nothing hit it')
  return { leader: await readLeader(soak), counted }
}

/** @throws Error with all that is known when the members come to be otherwise than asked for. */
async function reporting(seed: number, go: () => Promise<Walk>): Promise<Walk> {
  try {
    return await go()
  } catch (error) {
    if (!(error instanceof Deviation)) throw error
    say(`a difference; looking for the least that leads there (up to ${SHRINKING.minutes} minutes):\n${error.message}`)
    soak.keepLogs()
    await keepState(soak)
    await setClocksRight(soak)
    const shrunk = await shrinkWalk(soak, error.findings, SHRINKING)
    throw new Error(renderReport({ ...error.findings, seed, logs: soak.logs, shrunk }), { cause: error })
  }
}

/** Of what the walk looks at besides the members: nobody looks for the least that leads there. */
async function keepingLogs<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look()
  } catch (error) {
    soak.keepLogs()
    say(`${error}\nlogs of the operators: ${soak.logs}`)
    throw error
  }
}

function sayQuiet({ quiet, memories }: Walked): void {
  const { steps = [], faults = [], phaseMs = 0 } = quiet.at(-1) ?? {}
  const what = `${steps.length} steps, ${faults.join(' and ')}`
  say(`${quiet.length}. ${what}: quiet after ${(phaseMs / 1000).toFixed(1)} s`)
  if (resultsFile !== undefined) writeFileSync(resultsFile, formatResults(tally(quiet, memories)))
}

/** A line for each seed. */
function formatResults(rows: readonly SeedTally[]): string {
  const seeds = rows.map(row => `    ${JSON.stringify(row)}`).join(',\n')
  return `{\n  "run": ${JSON.stringify(facts)},\n  "seeds": [\n${seeds}\n  ]\n}\n`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
