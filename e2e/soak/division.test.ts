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
  return new Map(Object.entries(shares).map(([name, share]) => [name, new Map([['t', held(share)]])]))
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
    want: ['t: not every cluster has its share (5+0 in a, b)'],
  },
  { name: 'a new one that is in both', start: [placed], steps: [put], shares: { a: 3, b: 2 }, want: [] },
  {
    name: 'one that was scaled',
    ...{ start: [placed, put], steps: [scaled], shares: { a: 4 } },
    want: ['t: not every cluster has its share (4+0 in a, b)'],
  },
  { name: 'not one that is as it was', start: [placed, put], steps: [placed, put], shares: { a: 5 }, want: [] },
  {
    name: 'one whose policy has one cluster more',
    ...{ start: [placed, put], steps: [everywhere], shares: { a: 3, b: 2 } },
    want: ['t: not every cluster has its share (3+2+0 in a, b, c)'],
  },
  {
    name: 'of fewer replicas than clusters',
    start: [everywhere],
    steps: [put],
    shares: { a: 2, b: 2, c: 1 },
    want: [],
  },
  {
    name: 'not one of whose clusters one was closed for a moment',
    ...{ start: [placed, { do: 'cordon', cluster: 'b' }], steps: [{ do: 'uncordon', cluster: 'b' }, put] },
    ...{ shares: { a: 5 }, want: [] },
  },
  {
    name: 'not one of whose clusters one was not ready for a moment',
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
