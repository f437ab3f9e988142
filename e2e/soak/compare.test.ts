import { expect, it } from '@jest/globals'
import { differences, type Held, type Holdings, type HostState } from './compare.ts'
import { after, type Step, type World } from './world.ts'

const START: World = {
  templates: new Map(),
  policies: new Map(),
  clusters: new Map(['a', 'b', 'c'].map(name => [name, { joined: true, tainted: false }])),
}
const map = { kind: 'ConfigMap', group: 'blue', value: 'v1', replicas: 0 } as const
const deployment = { ...map, kind: 'Deployment', replicas: 5 } as const
const placed: Step = { do: 'place', group: 'blue', clusters: ['a', 'b'] }

const worldAfter = (...steps: readonly Step[]): World => steps.reduce(after, START)
const held = (value = 'v1'): Held => ({ kind: 'ConfigMap', value, replicas: 0 })
const share = (replicas: number): Held => ({ kind: 'Deployment', value: 'v1', replicas })

function holding(held: Readonly<Record<string, Readonly<Record<string, Held>>>>): Holdings {
  return new Map(['a', 'b', 'c'].map(name => [name, new Map(Object.entries(held[name] ?? {}))]))
}

/** A host that says just what the members hold. */
function honest(holdings: Holdings, bindings: readonly string[] = ['t']): HostState {
  return {
    works: new Map([...holdings].map(([name, objects]) => [name, new Set(objects.keys())])),
    bindings: new Map(bindings.map(name => [name, true])),
  }
}

const put: Step = { do: 'put', name: 't', template: map }
const divided: Step = { do: 'put', name: 't', template: deployment }
const open = { a: { t: held() }, b: { t: held() } }

it.each<{ name: string; steps: readonly Step[]; holds: Parameters<typeof holding>[0]; want: readonly string[] }>([
  { name: 'all as asked for', steps: [placed, put], holds: open, want: [] },
  { name: 'one is missing', steps: [placed, put], holds: { a: open.a }, want: ['b: t is missing'] },
  {
    name: 'an old content',
    steps: [placed, put],
    holds: { a: { t: held('v0') }, b: open.b },
    want: ['a: t says v0 instead of v1'],
  },
  {
    name: 'one too many',
    steps: [placed, put],
    holds: { ...open, c: { t: held() } },
    want: ['c: t must not be there'],
  },
  {
    name: 'what a tainted cluster has, it may keep',
    steps: [placed, put, { do: 'taint', cluster: 'b' }],
    holds: open,
    want: [],
  },
  {
    name: 'and need not have',
    steps: [placed, put, { do: 'taint', cluster: 'b' }],
    holds: { a: open.a },
    want: [],
  },
  {
    name: 'where nothing else is open, it stays where it was',
    steps: [placed, put, { do: 'taint', cluster: 'c' }, { do: 'place', group: 'blue', clusters: ['c'] }],
    holds: open,
    want: [],
  },
  {
    name: 'a cluster that left has nothing',
    steps: [placed, put, { do: 'leave', cluster: 'b' }],
    holds: open,
    want: ['b: t must not be there'],
  },
  {
    name: 'shares that are not the whole',
    steps: [placed, divided],
    holds: { a: { t: share(2) }, b: { t: share(2) } },
    want: ['t: 4 replicas (2+2+0) of 5'],
  },
  { name: 'a share may be none', steps: [placed, divided], holds: { a: { t: share(5) } }, want: [] },
  {
    name: 'a template that was deleted',
    steps: [placed, put, { do: 'delete', name: 't' }],
    holds: { a: open.a },
    want: ['a binding for t, which is gone', 'a: t must not be there'],
  },
])('finds differences: $name', ({ steps, holds, want }) => {
  const holdings = holding(holds)
  expect(differences(worldAfter(...steps), holdings, honest(holdings))).toEqual(want)
})

it.each<{ name: string; state: Partial<HostState>; want: readonly string[] }>([
  {
    name: 'a Work too many',
    state: { works: new Map([['c', new Set(['t'])]]) },
    want: ['c: a Work for t, which is not there'],
  },
  { name: 'no binding', state: { bindings: new Map() }, want: ['t has no binding'] },
  {
    name: 'a binding that does not know it',
    state: { bindings: new Map([['t', false]]) },
    want: ['the binding of t does not say that it is applied'],
  },
])('finds what the host says wrongly: $name', ({ state, want }) => {
  const holdings = holding(open)
  const host = honest(holdings)
  const works = new Map([...host.works, ...(state.works ?? [])])
  const found = differences(worldAfter(placed, put), holdings, { ...host, ...state, works })
  expect(found).toEqual(want)
})
