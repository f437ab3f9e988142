import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault as LineFault } from '../controlplane/fault-proxy.ts'
import type { Random } from './random.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { SoakOperator } from './soak-operator.ts'

type Strike = (soak: SoakFleet, random: Random) => Promise<void>

const SECOND_MS = 1_000
const HOUR_MS = 3_600_000
/** Longer than the lease of somebody who hangs. */
const HANG_MS = 9_000
/** By then a lease of 6 s has expired whose holder is dead, and whoever waits for it has noticed. */
const EXPIRED_MS = 7_000
const ANSWER_MS = 500

/** What befalls the operators. */
export const OPERATOR_FAULTS: readonly (readonly [name: string, strike: Strike])[] = [
  ['an operator is killed', killed(anyOf)],
  ['the leader is killed', killed(leaderOf)],
  ['all operators are killed', killed(all)],
  ['an operator is ended in order', endOperator],
  ['an operator hangs', hung(anyOf)],
  ['the leader hangs', hung(leaderOf)],
  ['clocks jump forward', clocksJump(all, 1)],
  ['clocks jump back', clocksJump(all, -1)],
  ['the clock of the leader jumps forward', clocksJump(leaderOf, 1)],
  ['the clock of one jumps back', clocksJump(anyOf, -1)],
]

/** What befalls one of them alone: it knows nothing of the others, and the others nothing of it. */
export const PARTITIONS: readonly (readonly [name: string, strike: Strike])[] = [
  ['connections of an operator to the host are silent', cutOff(anyOf, 'silent')],
  ['connections of an operator to the host are reset', cutOff(anyOf, 'refusing')],
  ['connections of the leader to the host are silent', cutOff(leaderOf, 'silent')],
  ['connections of the leader to the host are reset', cutOff(leaderOf, 'refusing')],
]

/** The moment is nobody's choice: to wait is the substance of a fault, not a way to wait for something. */
export function aWhile(random: Random, upToMs = SECOND_MS): Promise<void> {
  return sleep(100 + random.next() * upToMs)
}

type Choice = (soak: SoakFleet, random: Random) => Promise<readonly SoakOperator[]>

async function all({ operators }: SoakFleet): Promise<readonly SoakOperator[]> {
  return operators
}

async function anyOf({ operators }: SoakFleet, random: Random): Promise<readonly SoakOperator[]> {
  return [random.pick(operators)]
}

/** Any, where nobody leads just now. */
async function leaderOf(soak: SoakFleet, random: Random): Promise<readonly SoakOperator[]> {
  const fallback = await anyOf(soak, random)
  const leads = await Promise.all(soak.operators.map(({ running }) => saysThatItLeads(running.metricsUrl)))
  const leaders = soak.operators.filter((_operator, index) => leads[index])
  return leaders.length === 0 ? fallback : leaders
}

async function saysThatItLeads(url: string): Promise<boolean> {
  try {
    const page = await (await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) })).text()
    return /^flotilla_leader(\{.*\})? 1$/m.test(page)
  } catch {
    return false
  }
}

/** Half of them stay away until another has taken over what was theirs, and half come back as another Pod, which waits for Leases. */
function killed(choose: Choice): Strike {
  return async (soak, random) => {
    await aWhile(random)
    const operators = await choose(soak, random)
    await Promise.all(operators.map(operator => operator.kill()))
    if (random.happens(0.5)) await sleep(EXPIRED_MS + random.next() * (HANG_MS - EXPIRED_MS))
    else await aWhile(random, operators.length > 1 ? SECOND_MS : 0)
    for (const operator of operators) comeBack(operator, random)
  }
}

async function endOperator(soak: SoakFleet, random: Random): Promise<void> {
  const operator = random.pick(soak.operators)
  await aWhile(random)
  try {
    await operator.end()
  } finally {
    comeBack(operator, random)
  }
}

function comeBack(operator: SoakOperator, random: Random): void {
  if (random.happens(0.5)) operator.replace()
  else operator.start()
}

function hung(choose: Choice): Strike {
  return async (soak, random) => {
    await aWhile(random)
    const operators = await choose(soak, random)
    for (const { running } of operators) running.process.pause()
    await aWhile(random, HANG_MS)
    for (const { running } of operators) running.process.resume()
  }
}

function cutOff(choose: Choice, how: LineFault): Strike {
  return async (soak, random) => {
    await aWhile(random)
    const lines = (await choose(soak, random)).map(({ way }) => way.line)
    await Promise.all(lines.map(line => line.become(how)))
    await aWhile(random, HANG_MS)
    await Promise.all(lines.map(line => line.become('none')))
  }
}

/** Mostly back to where they were after a while, which is a jump as well. */
function clocksJump(choose: Choice, direction: 1 | -1): Strike {
  return async (soak, random) => {
    await aWhile(random)
    const operators = await choose(soak, random)
    const byMs = direction * Math.floor(random.next() * 2 * HOUR_MS)
    for (const { shiftClock } of operators) shiftClock(byMs)
    await aWhile(random, 2 * SECOND_MS)
    if (random.happens(0.7)) await setClocksRight(soak)
  }
}

/** Those that somebody left wrong, too. */
export async function setClocksRight({ operators }: SoakFleet): Promise<void> {
  for (const { shiftClock } of operators) shiftClock(0)
  // Until they have read it.
  await sleep(400)
}
