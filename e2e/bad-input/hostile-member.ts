import { expect } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, read } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { CallError, call } from '../controlplane/rest.ts'
import { waitFor } from '../controlplane/wait.ts'
import type { Random } from '../soak/random.ts'
import { configMap, type TestFleet } from '../test-fleet.ts'
import { HOSTILE_ANSWERS, type HostileAnswer } from './hostile-answers.ts'
import type { Choice, HostileFront } from './hostile-front.ts'
import { itemsAt } from './readable.ts'
import type { RequestSort } from './request-sorts.ts'
import type { Counts } from './results.ts'

export interface HostileMemberOptions {
  readonly fleet: TestFleet
  readonly random: Random
  /** Before member2; it is there once the tests run. */
  readonly front: () => HostileFront
  /** How long it answers anything, in milliseconds. */
  readonly hostileMs: number
  readonly answered: (counts: Counts) => void
}

const CONTROLS = '/api/v1/configmaps?labelSelector=control%3Dyes'
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'
/** By these a member is Ready, and what it serves is known: it is sent to, listed and watched. */
const TRUE_SORTS: ReadonlySet<RequestSort> = new Set(['probe', 'discovery'])
/** Of the others so many are answered as they should be: a watch comes after a list that succeeds. */
const TRUE_SHARE = 0.3
/** At least so many answers that no apiserver gives, however long that takes. */
const LEAST: Counts = { list: 20, watch: 10, write: 20 }
const LEAST_MS = 240_000
/** What fails is tried again after two minutes at most (src/runtime/workqueue.ts), also when a server asks for longer. */
const RECOVERY_MS = 240_000
/** Of the watches, so many are told to list anew, as an apiserver tells them now and then: a list is rare otherwise. */
const EXPIRED_SHARE = 0.3
const CHANGED = 20
const BREAK_EVERY = 5
const REMOVE_EVERY = 7
const MEDDLE_EVERY = 3

/** A member that says that an object is not there is believed: nobody can know better. */
const BELIEVED = 'another code'
const EXPIRED: HostileAnswer = ({ response }) =>
  void response
    .writeHead(410, { 'content-type': 'application/json' })
    .end(JSON.stringify({ apiVersion: 'v1', kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 }))

/** Three tests, one after the other: what happens to the one of two members that answers anything must not happen to the other, nor stay. */
export interface HostileMember {
  /** Until then its probes succeed. */
  readonly meet: () => Promise<void>
  /** Nothing of it is as it should be. */
  readonly meetAll: () => Promise<void>
  readonly recover: () => Promise<void>
}

/** @returns what the tests do; nothing is done before. */
export function newHostileMember({ fleet, random, front, hostileMs, answered }: HostileMemberOptions): HostileMember {
  const names = Object.keys(HOSTILE_ANSWERS)
  const hostile = () => HOSTILE_ANSWERS[random.pick(names)]
  const unbelievable = names.filter(name => name !== BELIEVED)
  const answerTo: Choice = sort => {
    if (TRUE_SORTS.has(sort)) return undefined
    if (sort === 'watch' && random.happens(EXPIRED_SHARE)) return EXPIRED
    return random.happens(TRUE_SHARE) ? undefined : HOSTILE_ANSWERS[random.pick(unbelievable)]
  }

  return {
    meet: async () => {
      front().become(answerTo)
      const [startMs, met] = [Date.now(), () => isMet(front())]
      for (let step = 0; Date.now() < startMs + hostileMs / 2 || !met(); step++) {
        expect(Date.now()).toBeLessThan(startMs + hostileMs / 2 + LEAST_MS)
        if (step % BREAK_EVERY === 0) front().breakWatches()
        await change(fleet, step)
      }
      front().become(undefined)
      await recovered(fleet)
    },
    meetAll: async () => {
      front().become(hostile)
      front().breakWatches()
      const until = Date.now() + hostileMs / 2
      for (let at = 0; Date.now() < until; at++) await place(fleet, `beside-${at}`, {})
      for (const { reason, message } of await complaints(fleet)) {
        expect(reason).toMatch(/^[A-Z]\w+$/)
        expect(message).toMatch(/\w+ \w+/)
        expect(message).not.toMatch(/\p{Cc}/u)
      }
      answered({ ...front().answered })
      expect(front().followed).toBe(0)
    },
    recover: async () => {
      front().become(undefined)
      await place(fleet, 'afterwards', {})
      await recovered(fleet)
    },
  }
}

async function recovered(fleet: TestFleet): Promise<void> {
  await waitFor(() => isAsOnHost(fleet), {
    until: 'both members have what the host has',
    timeoutMs: RECOVERY_MS,
    everyMs: 1000,
  })
}

/** The next change of a ConfigMap for both: some go, and with some somebody meddles in the member. */
async function change(fleet: TestFleet, step: number): Promise<void> {
  const name = `met-${step % CHANGED}`
  const path = `${CONFIG_MAPS}/${name}`
  if (step % REMOVE_EVERY === 0) return withoutIt(call(fleet.host.endpoint, path, { method: 'DELETE' }))
  await place(fleet, name, { step: String(step) })
  if (step % MEDDLE_EVERY !== 0) return
  const body = { data: { step: 'meddled' } }
  await withoutIt(call(fleet.member('member2').endpoint, path, { method: 'PATCH', body }))
}

/** The member that answers as it should has it soon. */
async function place({ host, member }: TestFleet, name: string, data: Readonly<Record<string, string>>): Promise<void> {
  await apply(host, configMap({ name, labels: { control: 'yes' } }, data))
  await everywhere([member('member1')], { kind: 'configmap', name }, there => there.data?.step === data['step'])
}

async function isAsOnHost({ host, member }: TestFleet): Promise<true> {
  const wanted = await dataOf(host)
  for (const name of ['member1', 'member2']) expect(await dataOf(member(name))).toEqual(wanted)
  return true
}

/** Conditions of its Cluster. */
function complaints({ host }: TestFleet): Promise<readonly AnyObject[]> {
  return eventually('its Cluster says what is wrong', async () => {
    const { status } = await read(host, 'cluster', 'member2')
    const bad = status.conditions.filter(
      ({ type, status: is }: AnyObject) => ['Ready', 'Connected'].includes(type) && is !== 'True',
    )
    return bad.length > 0 ? bad : undefined
  })
}

function isMet({ answered }: HostileFront): boolean {
  const counts: Counts = answered
  return Object.entries(LEAST).every(([sort, least]) => (counts[sort] ?? 0) >= least)
}

/** @returns the data of what is in both members, by name. */
async function dataOf(cluster: ControlPlane): Promise<Readonly<Record<string, unknown>>> {
  const items = await itemsAt(cluster, CONTROLS)
  return Object.fromEntries(items.map(({ metadata, data = {} }) => [metadata.name, data]))
}

/** What is not there need not be changed. */
async function withoutIt(asked: Promise<unknown>): Promise<void> {
  try {
    await asked
  } catch (error) {
    if (!(error instanceof CallError && error.statusCode === 404)) throw error
  }
}
