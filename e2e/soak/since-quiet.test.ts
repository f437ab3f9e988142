import { expect, it } from '@jest/globals'
import { aHeldObject } from './a-held-object.ts'
import { wrongTurns } from './since-quiet.ts'
import type { Held, Holdings } from './states.ts'
import { after, emptyWorld, SETTINGS, type Step, worldsThrough } from './world.ts'

const map = { kind: 'ConfigMap', group: 'blue', value: 'v1', replicas: 0 } as const
const deployment = { ...map, kind: 'Deployment', replicas: 5 } as const
const placed: Step = { do: 'place', group: 'blue', clusters: ['a', 'b'] }
const put: Step = { do: 'put', name: 't', template: map }
const divided: Step = { do: 'put', name: 't', template: deployment }
const closed: Step = { do: 'cordon', cluster: 'b' }
const opened: Step = { do: 'uncordon', cluster: 'b' }
const everywhere: Step = { do: 'place', group: 'blue', clusters: ['a', 'b', 'c'] }

const held = (uid: string, kind: Held['kind'] = 'ConfigMap'): Held => aHeldObject({ kind, uid })
const t = (uid = 'u1'): Readonly<Record<string, Held>> => ({ t: held(uid) })
const d = (uid = 'u1'): Readonly<Record<string, Held>> => ({ t: held(uid, 'Deployment') })

function holding(held: Readonly<Record<string, Readonly<Record<string, Held>>>>): Holdings {
  return new Map(['a', 'b', 'c'].map(name => [name, new Map(Object.entries(held[name] ?? {}))]))
}

interface Passage {
  readonly name: string
  /** How it came to the last quiet moment. */
  readonly start: readonly Step[]
  readonly before: Parameters<typeof holding>[0]
  readonly steps: readonly Step[]
  readonly now: Parameters<typeof holding>[0]
  readonly want: readonly string[]
}

function found({ start, before, steps, now }: Passage): readonly string[] {
  const worlds = worldsThrough(start.reduce(after, emptyWorld(['a', 'b', 'c'])), steps)
  return wrongTurns({ worlds, steps, quiet: { holdings: holding(before), clusters: new Map() } }, holding(now))
}

it.each<Passage>([
  {
    name: 'to a cluster that was closed all the time',
    ...{ start: [placed, closed], before: {}, steps: [put], now: { a: t(), b: t() } },
    want: ['b: t came although b was closed'],
  },
  {
    name: 'to one that was tainted all the time',
    ...{ start: [placed, { do: 'taint', cluster: 'b', effect: 'NoSchedule' }], before: {}, steps: [put] },
    ...{ now: { b: t() }, want: ['b: t came although b was closed'] },
  },
  {
    name: 'not to one that was open for a moment',
    ...{ start: [placed, closed], before: {}, steps: [opened, put, closed], now: { b: t() }, want: [] },
  },
  {
    name: 'not to one that it was in',
    ...{ start: [placed, put, closed], before: { b: t() }, steps: [put], now: { b: t() }, want: [] },
  },
  {
    name: 'not to one that left and came back',
    ...{ start: [everywhere, put, closed], before: { a: t() } },
    ...{
      steps: [
        { do: 'leave', cluster: 'b' },
        { do: 'join', cluster: 'b' },
      ],
      now: { b: t() },
      want: [],
    },
  },
  {
    name: 'to one that no policy named',
    ...{ start: [placed, put], before: { a: t(), b: t() }, steps: [closed], now: { a: t(), c: t() } },
    want: ['c: t came although no policy had it there'],
  },
  {
    name: 'not to one that a policy named for a moment',
    ...{ start: [placed, put], before: {}, steps: [everywhere, placed], now: { c: t() }, want: [] },
  },
  {
    name: 'not to one where a Deployment needs it',
    ...{ start: [placed, closed], before: {} },
    ...{ steps: [{ do: 'put', name: 't', template: { ...map, group: SETTINGS } }], now: { b: t() }, want: [] },
  },
])('finds what came: $name', passage => {
  expect(found(passage)).toEqual(passage.want)
})

it.each<Passage>([
  {
    name: 'wanted all the time',
    ...{ start: [placed, put], before: { a: t() }, steps: [closed, everywhere], now: { a: t('u2') } },
    want: ['a: t was deleted and made again'],
  },
  {
    name: 'one whose policy was withdrawn',
    ...{
      start: [placed, divided],
      before: { a: d() },
      steps: [{ do: 'withdraw', group: 'blue' }],
      now: { a: d('u2') },
    },
    want: ['a: t was deleted and made again'],
  },
  {
    name: 'not one that was to be elsewhere for a moment',
    ...{ start: [placed, put], before: { a: t() } },
    ...{ steps: [{ do: 'place', group: 'blue', clusters: ['c'] }, placed], now: { a: t('u2') }, want: [] },
  },
  {
    name: 'not one whose template was made again',
    ...{ start: [placed, put], before: { a: t() }, steps: [{ do: 'delete', name: 't' }, put], now: { a: t('u2') } },
    want: [],
  },
  {
    name: 'not one that somebody deleted',
    ...{ start: [placed, put], before: { a: t() } },
    ...{ steps: [{ do: 'meddle', cluster: 'a', name: 't', how: 'remove' }], now: { a: t('u2') }, want: [] },
  },
  {
    name: 'one that somebody changed',
    ...{ start: [placed, put], before: { a: t() } },
    ...{ steps: [{ do: 'meddle', cluster: 'a', name: 't', how: 'edit' }], now: { a: t('u2') } },
    want: ['a: t was deleted and made again'],
  },
  {
    name: 'a Deployment, though others were closed',
    ...{ start: [placed, divided], before: { a: d() }, steps: [closed], now: { a: d('u2') } },
    want: ['a: t was deleted and made again'],
  },
  {
    name: 'not a Deployment that was scaled: its share may have been none',
    ...{ start: [placed, divided], before: { a: d() } },
    ...{ steps: [{ do: 'put', name: 't', template: { ...deployment, replicas: 1 } }, divided] },
    ...{ now: { a: d('u2') }, want: [] },
  },
  {
    name: 'not a Deployment that others made way for',
    ...{ start: [placed, divided], before: { a: d() } },
    ...{ steps: [{ do: 'leave', cluster: 'b' }], now: { a: d('u2') }, want: [] },
  },
])('finds what was made again: $name', passage => {
  expect(found(passage)).toEqual(passage.want)
})
