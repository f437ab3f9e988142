import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { newRandom } from './soak/random.ts'
import { type SoakFleet, startSoakFleet } from './soak/soak-fleet.ts'
import { goOn, startAnew, startOf, type Walk } from './soak/walk.ts'

// Users and faults by chance, for as long as SOAK_MINUTES says: `make soak MINUTES=10`. SOAK_SEED repeats a run.

const MINUTE_MS = 60_000
const minutes = Number(process.env['SOAK_MINUTES'] ?? 2)
jest.setTimeout((minutes + 5) * MINUTE_MS)

const MEMBERS = ['member1', 'member2', 'member3']
const PHASES_A_SEED = 25
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000)
let soak: SoakFleet

beforeAll(async () => {
  process.stdout.write(`SOAK_SEED=${seed}\n`)
  soak = await startSoakFleet(MEMBERS, newRandom(seed))
}, 10 * MINUTE_MS)

afterAll(() => soak?.stop(), MINUTE_MS)

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
