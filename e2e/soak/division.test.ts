import { expect, it } from '@jest/globals'
import { aHeldObject } from './a-held-object.ts'
import { shareProblems } from './division.ts'
import type { HostState } from './states.ts'
import { after, emptyWorld, type Step, worldsThrough } from './world.ts'

const NAMES = ['a', 'b', 'c']
const deployment = { kind: 'Deployment', group: 'blue', value: 'v1', replicas: 5 } as const
const put: Step = { do: 'put', name: 't', template: deployment }
const scaled: Step = { do: 'put', name: 't', template: { ...deployment, replicas: 4 } }
const placed: Step = { do: 'place', group: 'blue', clusters: ['a', 'b'] }
const everywhere: Step = { do: 'place', group: 'blue', clusters: NAMES }

function holding(shares: Readonly<Record<string, number>>) {
  const held = (replicas: number) => aHeldObject({ kind: 'Deployment', replicas })
  return new Map(NAMES.map(name => [name, new Map([['t', held(shares[name] ?? 0)]])]))
}

function readySince(since: string): HostState['clusters'] {
  return new Map(NAMES.map(name => [name, { ready: true, since, taints: [] }]))
}

it.each<{
  name: string
  start: readonly Step[]
  steps: readonly Step[]
  shares: Readonly<Record<string, number>>
  /** Since when the members are ready in the end; they were since noon. */
  since?: string
  want: readonly string[]
}>([
  {
    name: 'a new one that is in one of two clusters',
    ...{ start: [placed], steps: [put], shares: { a: 5 } },
    want: ['b: t lacks its share (5+0+0)'],
  },
  { name: 'a new one that is in both', start: [placed], steps: [put], shares: { a: 3, b: 2 }, want: [] },
  {
    name: 'one that was scaled',
    ...{ start: [placed, put], steps: [scaled], shares: { a: 4 } },
    want: ['b: t lacks its share (4+0+0)'],
  },
  { name: 'not one that is as it was', start: [placed, put], steps: [placed, put], shares: { a: 5 }, want: [] },
  {
    name: 'one whose policy has one cluster more',
    ...{ start: [placed, put], steps: [everywhere], shares: { a: 3, b: 2 } },
    want: ['c: t lacks its share (3+2+0)'],
  },
  {
    name: 'of fewer replicas than clusters',
    start: [everywhere],
    steps: [put],
    shares: { a: 2, b: 2, c: 1 },
    want: [],
  },
  {
    name: 'not in a cluster that was closed for a moment',
    ...{ start: [placed, { do: 'cordon', cluster: 'b' }], steps: [{ do: 'uncordon', cluster: 'b' }, put] },
    ...{ shares: { a: 5 }, want: [] },
  },
  {
    name: 'where others were closed for a moment, or are still',
    ...{ start: [placed, { do: 'cordon', cluster: 'c' }], steps: [everywhere, { do: 'uncordon', cluster: 'c' }, put] },
    ...{ shares: { a: 3, b: 0, c: 2 }, want: ['b: t lacks its share (3+0+2)'] },
  },
  {
    name: 'not in clusters that were not ready for a moment',
    ...{ start: [placed], steps: [put], shares: { a: 5 }, since: '12:01', want: [] },
  },
  {
    name: 'not one that had lost its policy',
    ...{ start: [placed, put, { do: 'withdraw', group: 'blue' }], steps: [everywhere], shares: { a: 5 }, want: [] },
  },
])('finds who lacks its share: $name', ({ start, steps, shares, since = '12:00', want }) => {
  const worlds = worldsThrough(start.reduce(after, emptyWorld(NAMES)), steps)
  const quiet = { holdings: new Map(), clusters: readySince('12:00') }
  expect(shareProblems({ worlds, steps, quiet }, holding(shares), readySince(since))).toEqual(want)
})
