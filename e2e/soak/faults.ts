import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CALM, type Weather } from '../controlplane/storm-proxy.ts'
import type { Random } from './random.ts'
import { rotateSecret, type SoakFleet, type SoakMember } from './soak-fleet.ts'

const STORM: Weather = { refused: 0.2, lost: 0.05, cut: 0.05, late: 0.3, lateMs: 500 }
const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** Something that goes wrong for a while, and is well again when it resolves. */
export interface Fault {
  readonly name: string
  /** While it lasts members may seem to be down: none is taken out of the fleet meanwhile. */
  readonly aboutMembers: boolean
  readonly strike: (soak: SoakFleet, random: Random) => Promise<void>
}

export const FAULTS: readonly Fault[] = [
  { name: 'nothing', aboutMembers: false, strike: async () => undefined },
  { name: 'an operator is killed', aboutMembers: false, strike: killOperator },
  { name: 'an operator hangs', aboutMembers: false, strike: pauseOperator },
  { name: 'both operators are killed', aboutMembers: false, strike: killOperators },
  { name: "the operators' clocks jump", aboutMembers: false, strike: jumpClocks },
  { name: "the host's apiserver is killed", aboutMembers: false, strike: withoutApiserver(ofHost, 'kill') },
  { name: "the host's apiserver hangs", aboutMembers: false, strike: withoutApiserver(ofHost, 'pause') },
  { name: 'the host answers badly', aboutMembers: false, strike: stormAtHost },
  { name: 'etcd is killed', aboutMembers: true, strike: killEtcd },
  { name: "a member's apiserver is killed", aboutMembers: true, strike: withoutApiserver(ofMember, 'kill') },
  { name: "a member's apiserver hangs", aboutMembers: true, strike: withoutApiserver(ofMember, 'pause') },
  { name: 'a member answers badly', aboutMembers: true, strike: stormAtMember },
  { name: 'connections to a member are reset', aboutMembers: true, strike: onLine('refusing') },
  { name: 'connections to a member are half open', aboutMembers: true, strike: onLine('silent') },
  { name: 'a member answers 500', aboutMembers: true, strike: onLine('failing') },
  { name: 'the Secret of a member is written anew', aboutMembers: false, strike: rotate },
  { name: 'everything answers badly', aboutMembers: true, strike: stormEverywhere },
]

/** The moment is nobody's choice: to wait is the substance of a fault, not a way to wait for something. */
function aWhile(random: Random, upToMs = 4 * SECOND_MS): Promise<void> {
  return sleep(200 + random.next() * upToMs)
}

async function killOperator({ operators }: SoakFleet, random: Random): Promise<void> {
  const operator = random.pick(operators)
  await aWhile(random, SECOND_MS)
  await operator.process.kill()
  operator.process.start()
}

async function killOperators({ operators }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random, SECOND_MS)
  await Promise.all(operators.map(operator => operator.process.kill()))
  await aWhile(random)
  for (const operator of operators) operator.process.start()
}

async function pauseOperator({ operators }: SoakFleet, random: Random): Promise<void> {
  const operator = random.pick(operators)
  await aWhile(random, SECOND_MS)
  operator.process.pause()
  await aWhile(random, 6 * SECOND_MS)
  operator.process.resume()
}

async function jumpClocks(soak: SoakFleet, random: Random): Promise<void> {
  await aWhile(random, SECOND_MS)
  soak.shiftClocks(Math.floor((random.next() - 0.5) * 240) * MINUTE_MS)
  await aWhile(random)
  soak.shiftClocks(0)
  await aWhile(random, SECOND_MS)
}

type Choice = (soak: SoakFleet, random: Random) => ControlPlane

function ofHost({ host }: SoakFleet): ControlPlane {
  return host
}

function ofMember({ members }: SoakFleet, random: Random): ControlPlane {
  return random.pick(members).plane
}

function withoutApiserver(choose: Choice, how: 'kill' | 'pause'): Fault['strike'] {
  return async (soak, random) => {
    const plane = choose(soak, random)
    await aWhile(random, SECOND_MS)
    await plane[how]('apiserver')
    await aWhile(random)
    await plane[how === 'kill' ? 'start' : 'resume']('apiserver')
  }
}

async function stormAtHost({ hostStorm }: SoakFleet, random: Random): Promise<void> {
  hostStorm.become(STORM)
  await aWhile(random)
  hostStorm.become(CALM)
}

async function killEtcd({ fleet }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random, SECOND_MS)
  await fleet.etcd.process.kill()
  await aWhile(random, SECOND_MS)
  await fleet.etcd.start()
}

async function stormAtMember({ members }: SoakFleet, random: Random): Promise<void> {
  const { storm } = random.pick(members)
  storm.become(STORM)
  await aWhile(random)
  storm.become(CALM)
}

async function stormEverywhere({ members, hostStorm }: SoakFleet, random: Random): Promise<void> {
  const storms = [hostStorm, ...members.map(({ storm }) => storm)]
  for (const storm of storms) storm.become(STORM)
  await aWhile(random)
  for (const storm of storms) storm.become(CALM)
}

function onLine(fault: Parameters<SoakMember['line']['become']>[0]) {
  return async ({ members }: SoakFleet, random: Random): Promise<void> => {
    const { line } = random.pick(members)
    await aWhile(random, SECOND_MS)
    await line.become(fault)
    await aWhile(random)
    await line.become('none')
  }
}

async function rotate({ host, members }: SoakFleet, random: Random): Promise<void> {
  await rotateSecret(host, random.pick(members))
}
