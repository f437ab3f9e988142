import { setTimeout as sleep } from 'node:timers/promises'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import type { Fault as LineFault } from '../controlplane/fault-proxy.ts'
import { CALM, type Weather } from '../controlplane/storm-proxy.ts'
import type { Line, Storm } from './fronts.ts'
import { aWhile, OPERATOR_FAULTS, PARTITIONS } from './operator-faults.ts'
import { persist } from './persist.ts'
import type { Random } from './random.ts'
import { putMember, type SoakFleet, type SoakMember } from './soak-fleet.ts'

/** Something that goes wrong for a while, and is well again when it resolves. */
export interface Fault {
  readonly name: string
  /** Whom it hits. Two that hit different ones may come together. */
  readonly hits: 'nobody' | 'operators' | 'host' | 'members' | 'everybody'
  readonly strike: (soak: SoakFleet, random: Random) => Promise<void>
}

type Strike = Fault['strike']

/** An apiserver remembers for ten seconds that it has let a token in. */
const REFUSED_AFTER_MS = 10_500

const LATE: Weather = { ...CALM, late: 1, lateMs: 400 }
const MIXED: Weather = { ...CALM, refused: 0.2, lost: 0.05, cut: 0.05, truncated: 0.05, late: 0.3, lateMs: 300 }
const WEATHERS: readonly (readonly [name: string, weather: Weather])[] = [
  ...[409, 429, 500, 503].map(code => [`answers ${code}`, { ...CALM, refused: 0.7, refusals: [code] }] as const),
  ['breaks answers off', { ...CALM, cut: 0.5 }],
  ['truncates answers', { ...CALM, truncated: 0.5 }],
  ['does what it is told and never says so', { ...CALM, lost: 0.3 }],
  ['is late', LATE],
  ['answers badly', MIXED],
]
const LINES: readonly (readonly [name: string, fault: LineFault])[] = [
  ['are reset', 'refusing'],
  ['are half open', 'dropping'],
  ['are slow', 'slow'],
]

/** All that goes wrong. */
export const FAULTS: readonly Fault[] = [
  { name: 'nothing', hits: 'nobody', strike: async () => undefined },
  ...OPERATOR_FAULTS.map(([name, strike]) => ({ name, hits: 'operators', strike }) as const),
  ...hits('host', [
    ["the host's apiserver is killed", withoutApiserver(ofHost, 'kill')],
    ["the host's apiserver hangs", withoutApiserver(ofHost, 'pause')],
    ...WEATHERS.map(([how, weather]) => [`the host ${how}`, storm(weather, ({ host }) => [host.storm])] as const),
    ...LINES.map(([how, fault]) => [`connections to the host ${how}`, onLine(fault, ({ host }) => host.line)] as const),
    // Together with no other of the host's: each would end what the other began.
    ...PARTITIONS,
  ]),
  ...hits('members', [
    ["a member's apiserver is killed", withoutApiserver(ofMember, 'kill')],
    ["a member's apiserver hangs", withoutApiserver(ofMember, 'pause')],
    ...WEATHERS.map(
      ([how, weather]) =>
        [
          `a member ${how}`,
          storm(
            weather,
            one(({ storm }) => storm),
          ),
        ] as const,
    ),
    ...LINES.map(([how, fault]) => [`connections to a member ${how}`, onLine(fault, lineOfMember)] as const),
    ['a member answers nothing but 500', onLine('failing', lineOfMember)],
    ['the Secret of a member is written anew', rotate],
  ]),
  ...hits('everybody', [
    ['etcd is killed', killEtcd],
    ['etcd hangs', pauseEtcd],
    ['etcd is full', fillEtcd],
    ['etcd forgets its history while the host is away', forgetHistory],
    ['everything answers badly', storm(MIXED, allStorms)],
    ['everything is late', storm(LATE, allStorms)],
  ]),
]

/** @returns what happens in one phase: mostly one fault, sometimes two in different places. */
export function pickFaults(random: Random): readonly Fault[] {
  const first = random.pick(FAULTS)
  const elsewhere = FAULTS.filter(({ hits }) => ['operators', 'host', 'members'].includes(hits) && hits !== first.hits)
  const alone = first.hits === 'nobody' || first.hits === 'everybody'
  return alone || !random.happens(0.2) ? [first] : [first, random.pick(elsewhere)]
}

/** @returns the faults of these names. */
export function faultsNamed(names: readonly string[]): readonly Fault[] {
  return FAULTS.filter(({ name }) => names.includes(name))
}

/** @returns whether an operator may end by itself in a phase with these faults: whoever loses his Lease does. */
export function mayEndOperators(names: readonly string[]): boolean {
  return faultsNamed(names).some(({ hits }) => hits !== 'nobody' && hits !== 'members')
}

function hits(whom: Fault['hits'], strikes: readonly (readonly [name: string, strike: Strike])[]): readonly Fault[] {
  return strikes.map(([name, strike]) => ({ name, hits: whom, strike }))
}

type Choice<T> = (soak: SoakFleet, random: Random) => T

function one<T>(of: (member: SoakMember) => T): Choice<readonly T[]> {
  return ({ members }, random) => [of(random.pick(members))]
}

function ofHost({ host }: SoakFleet): ControlPlane {
  return host.plane
}

function ofMember({ members }: SoakFleet, random: Random): ControlPlane {
  return random.pick(members).plane
}

function lineOfMember({ members }: SoakFleet, random: Random): Line {
  return random.pick(members).line
}

function allStorms({ host, members }: SoakFleet): readonly Storm[] {
  return [host, ...members].map(({ storm }) => storm)
}

function withoutApiserver(choose: Choice<ControlPlane>, how: 'kill' | 'pause'): Strike {
  return async (soak, random) => {
    const plane = choose(soak, random)
    await aWhile(random)
    await plane[how]('apiserver')
    // One that is killed is away for seconds in any case.
    if (how === 'pause') await aWhile(random, random.happens(0.25) ? 8_000 : 3_000)
    await plane[how === 'kill' ? 'start' : 'resume']('apiserver')
  }
}

function storm(weather: Weather, choose: Choice<readonly Storm[]>): Strike {
  return async (soak, random) => {
    const storms = choose(soak, random)
    for (const proxy of storms) proxy.become(weather)
    await aWhile(random, 3_000)
    for (const proxy of storms) proxy.become(CALM)
  }
}

function onLine(fault: LineFault, choose: Choice<Line>): Strike {
  return async (soak, random) => {
    const line = choose(soak, random)
    await aWhile(random)
    await line.become(fault)
    await aWhile(random, 3_000)
    await line.become('none')
  }
}

async function rotate({ host, members }: SoakFleet, random: Random): Promise<void> {
  const member = random.pick(members)
  await aWhile(random)
  await persist(`the Secret of ${member.name} is written`, () => putMember(host.plane, member, { secretOnly: true }))
  // Whoever still comes with the former token is found out in this very phase.
  if (random.happens(0.5)) await sleep(REFUSED_AFTER_MS)
}

async function killEtcd({ fleet }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random)
  await fleet.etcd.process.kill()
  await aWhile(random)
  await fleet.etcd.start()
}

async function pauseEtcd({ fleet }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random)
  fleet.etcd.process.pause()
  await aWhile(random, 3_000)
  fleet.etcd.process.resume()
}

async function fillEtcd({ fleet }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random)
  await fleet.etcd.fill()
  await aWhile(random, 3_000)
  await fleet.etcd.makeRoom()
}

/** An apiserver that starts knows nothing of before: watches have to begin anew. */
async function forgetHistory({ host, fleet }: SoakFleet, random: Random): Promise<void> {
  await aWhile(random)
  await host.plane.kill('apiserver')
  await fleet.etcd.compact()
  await host.plane.start('apiserver')
}
