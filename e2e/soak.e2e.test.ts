import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { eventually } from './cluster-view.ts'
import { CALM } from './controlplane/storm-proxy.ts'
import { readHoldings } from './soak/observe.ts'
import { perform } from './soak/perform.ts'
import { newRandom } from './soak/random.ts'
import { type SoakFleet, startSoakFleet } from './soak/soak-fleet.ts'
import { goOn, startAnew, startOf, type Walk } from './soak/walk.ts'
import { after, type Step } from './soak/world.ts'

// Users and faults by chance, for as long as SOAK_MINUTES says, as SOAK_SEED has it: one minute of the same in every test run,
// `make soak MINUTES=10` for more, each time another.

const MINUTE_MS = 60_000
const minutes = Number(process.env['SOAK_MINUTES'] ?? 1)
jest.setTimeout((minutes + 5) * MINUTE_MS)

const MEMBERS = ['member1', 'member2', 'member3']
const PHASES_A_SEED = 25
const seed = Number(process.env['SOAK_SEED'] ?? 1)
let soak: SoakFleet

beforeAll(async () => {
  process.stdout.write(`SOAK_SEED=${seed}\n`)
  soak = await startSoakFleet(MEMBERS, newRandom(seed))
}, 10 * MINUTE_MS)

afterAll(() => soak?.stop(), MINUTE_MS)

it('what a member refuses to delete for a while, with Conflict among its words, is deleted in the end', async () => {
  const { world } = startOf(MEMBERS)
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
  let chance = { seed, random: newRandom(seed) }
  let walk: Walk = startOf(MEMBERS)
  let phases = 0
  while (performance.now() < endMs) {
    if (phases > 0 && phases % PHASES_A_SEED === 0) {
      chance = nextSeed(chance.seed)
      walk = await startAnew(soak, walk, { seed: chance.seed, random: newRandom(chance.seed) })
    }
    const startMs = performance.now()
    walk = await goOn(soak, walk, chance)
    phases++
    const { fault, steps } = walk.history.at(-1) ?? { fault: '', steps: [] }
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1)
    process.stdout.write(`${phases}. ${steps.length} steps, ${fault}: quiet after ${seconds} s\n`)
  }
  process.stdout.write(`${phases} quiet phases, no difference\n`)
  expect(phases).toBeGreaterThan(0)
})

function nextSeed(before: number) {
  const next = before + 1
  process.stdout.write(`SOAK_SEED=${next}\n`)
  return { seed: next, random: newRandom(next) }
}
