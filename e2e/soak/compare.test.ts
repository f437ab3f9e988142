import { expect, it } from '@jest/globals'
import { aHeldObject } from './a-held-object.ts'
import { differences } from './compare.ts'
import { taintsOf } from './objects.ts'
import type { BindingState, Counts, Held, Holdings, HostState, Rollout } from './states.ts'
import { after, emptyWorld, SETTINGS, type Step, type World } from './world.ts'

const START = emptyWorld(['a', 'b', 'c'])
const map = { kind: 'ConfigMap', group: 'blue', value: 'v1', replicas: 0 } as const
const deployment = { ...map, kind: 'Deployment', replicas: 5 } as const
const placed: Step = { do: 'place', group: 'blue', clusters: ['a', 'b'] }

const worldAfter = (...steps: readonly Step[]): World => steps.reduce(after, START)
const held = (value = 'v1', mark = ''): Held => aHeldObject({ value, mark })
const share = (replicas: number, needs: readonly string[] = []): Held => {
  const counts = { replicas, readyReplicas: replicas, updatedReplicas: replicas }
  return aHeldObject({ kind: 'Deployment', needs, replicas, counts })
}

function holding(held: Readonly<Record<string, Readonly<Record<string, Held>>>>): Holdings {
  return new Map(['a', 'b', 'c'].map(name => [name, new Map(Object.entries(held[name] ?? {}))]))
}

function stated(holdings: Holdings, name: string): BindingState {
  const holders = [...holdings].filter(([, objects]) => objects.has(name))
  const shares = new Map(holders.map(([cluster, objects]) => [cluster, objects.get(name)?.replicas ?? 0]))
  const told = [...shares.keys()]
  return { applied: true, scheduled: true, shown: true, shares, required: [], leaving: [], told }
}

function countedIn(holdings: Holdings, name: string): Rollout {
  const held = [...holdings.values()].flatMap(objects => objects.get(name) ?? [])
  const sum = (counter: keyof Counts): number => held.reduce((total, { counts }) => total + counts[counter], 0)
  const counts = {
    replicas: sum('replicas'),
    readyReplicas: sum('readyReplicas'),
    updatedReplicas: sum('updatedReplicas'),
  }
  return { counts, isCurrent: true }
}

/** A host that says just what the members hold. */
function honest(holdings: Holdings, world: World, bindings: readonly string[] = ['t']): HostState {
  const joined = [...world.clusters].filter(([, state]) => state.joined)
  const worksOf = (objects: ReadonlyMap<string, Held>) =>
    [...objects].map(([name, { kind }]) => ({ kind, name, applied: true }))
  const ready = { ready: true, since: '' }
  return {
    clusters: new Map(joined.map(([name, state]) => [name, { ...ready, taints: taintsOf(state).map(formatTaint) }])),
    works: new Map([...holdings].map(([name, objects]) => [name, worksOf(objects)])),
    bindings: new Map(bindings.map(name => [name, stated(holdings, name)])),
    rollouts: new Map(bindings.map(name => [name, countedIn(holdings, name)])),
    policies: [...world.policies.keys()],
    overrides: [...world.overrides.keys()],
    spaces: joined.map(([name]) => name),
    versions: new Map(),
  }
}

const formatTaint = ({ key, effect }: { readonly key: string; readonly effect: string }) => `${key}:${effect}`

const taintOf = (cluster: string, effect: 'NoSchedule' | 'NoExecute' = 'NoSchedule'): Step => ({
  do: 'taint',
  cluster,
  effect,
})
const put: Step = { do: 'put', name: 't', template: map }
const needy: Step = { do: 'put', name: 't', template: { ...deployment, needs: 's' } }
const settings: Step = { do: 'put', name: 's', template: { ...map, group: SETTINGS } }
const divided: Step = { do: 'put', name: 't', template: deployment }
const moved: Step = { do: 'put', name: 't', template: { ...map, group: 'coral' } }
const withdrawn: Step = { do: 'withdraw', group: 'blue' }
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
    steps: [placed, put, taintOf('b')],
    holds: open,
    want: [],
  },
  {
    name: 'and need not have',
    steps: [placed, put, taintOf('b')],
    holds: { a: open.a },
    want: [],
  },
  {
    name: 'where nothing else is open, it stays where it was',
    steps: [placed, put, taintOf('c'), { do: 'place', group: 'blue', clusters: ['c'] }],
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
    name: 'NoExecute: nothing stays that has another place',
    steps: [placed, put, taintOf('b', 'NoExecute')],
    holds: open,
    want: ['b: t must not be there'],
  },
  {
    name: 'NoExecute everywhere: it may stay',
    steps: [placed, put, taintOf('a', 'NoExecute'), taintOf('b', 'NoExecute')],
    holds: open,
    want: [],
  },
  {
    name: 'a cordoned cluster gets nothing new, and keeps what it has',
    steps: [placed, put, { do: 'cordon', cluster: 'b' }],
    holds: { a: open.a },
    want: [],
  },
  {
    name: 'a mark where there is to be none, and none where it is to be',
    steps: [placed, put, { do: 'mark', group: 'blue', clusters: ['b'], mark: 'm1' }],
    holds: { a: { t: held('v1', 'm1') }, b: { t: held() } },
    want: ['a: t is marked "m1" instead of ""', 'b: t is marked "" instead of "m1"'],
  },
  {
    name: 'what a Deployment needs is where it is',
    steps: [placed, needy, settings],
    holds: { a: { t: share(5, ['s']) }, c: { s: held() } },
    want: ['a: s is missing', 'c: s must not be there'],
  },
  {
    name: 'shares that are not the whole',
    steps: [placed, divided],
    holds: { a: { t: share(2) }, b: { t: share(2) } },
    want: ['t: 4 replicas (2+2+0) of 5'],
  },
  { name: 'a share may be none', steps: [placed, divided], holds: { a: { t: share(5) } }, want: [] },
  {
    name: 'shares that differ by more than one',
    steps: [placed, divided],
    holds: { a: { t: share(4) }, b: { t: share(1) } },
    want: ['t: replicas are divided unevenly (4+1+0)'],
  },
  {
    name: 'what its policy left stays, whatever is tainted',
    steps: [placed, put, withdrawn, taintOf('b', 'NoExecute')],
    holds: { a: open.a },
    want: ['b: t is missing'],
  },
  {
    name: 'and comes nowhere else',
    steps: [placed, put, withdrawn],
    holds: { ...open, c: { t: held() } },
    want: ['c: t must not be there'],
  },
  {
    name: 'it says what it said, or what it says now',
    steps: [placed, put, withdrawn, { do: 'put', name: 't', template: { ...map, value: 'v2' } }],
    holds: { a: { t: held('v2') }, b: { t: held('v0') } },
    want: ['b: t says v0 instead of v1 or v2'],
  },
  {
    name: 'it is divided as it was',
    steps: [placed, divided, withdrawn, { do: 'put', name: 't', template: { ...deployment, replicas: 7 } }],
    holds: { a: { t: share(3) }, b: { t: share(1) } },
    want: ['t: 4 replicas (3+1+0) of 5', 't: replicas are divided unevenly (3+1+0)'],
  },
  {
    name: 'it is gone from where it was let go, also when the cluster is back',
    steps: [placed, put, withdrawn, { do: 'leave', cluster: 'b' }, { do: 'join', cluster: 'b' }],
    holds: open,
    want: ['b: t must not be there'],
  },
  {
    name: 'what it needed, or needs now, may be where it is',
    steps: [placed, needy, settings, withdrawn, { do: 'put', name: 't', template: deployment }],
    holds: { a: { t: share(3) }, b: { t: share(2), s: held() } },
    want: [],
  },
  {
    name: 'a new policy has it again',
    steps: [placed, put, withdrawn, { do: 'place', group: 'blue', clusters: ['c'] }],
    holds: open,
    want: ['a: t must not be there', 'b: t must not be there', 'c: t is missing'],
  },
  {
    name: 'a Deployment that needs something else',
    steps: [placed, needy],
    holds: { a: { t: share(3, ['s']) }, b: { t: share(2, ['x']) } },
    want: ['b: t needs "x" instead of "s"'],
  },
  {
    name: 'an object that lost its label, and one of another kind',
    steps: [placed, put],
    holds: { a: { t: aHeldObject({ isManaged: false }) }, b: { t: share(0) } },
    want: ['a: t has lost its label', 'b: t is a Deployment instead of a ConfigMap'],
  },
  {
    name: 'and so has that of the group that it moves to',
    steps: [placed, put, withdrawn, { do: 'place', group: 'coral', clusters: ['c'] }, moved],
    holds: open,
    want: ['a: t must not be there', 'b: t must not be there', 'c: t is missing'],
  },
  {
    name: 'a template that was deleted',
    steps: [placed, put, { do: 'delete', name: 't' }],
    holds: { a: open.a },
    want: ['a binding for t, which is gone', 'a: t must not be there'],
  },
])('finds differences: $name', ({ steps, holds, want }) => {
  const holdings = holding(holds)
  const world = worldAfter(...steps)
  expect(differences(world, holdings, honest(holdings, world))).toEqual(want)
})

it('finds a share that is another one than the binding says, and a Deployment that is missing', () => {
  const world = worldAfter(placed, divided)
  const told = (t: Readonly<Record<string, number>>): HostState['bindings'] =>
    new Map([['t', { ...stated(holding({}), 't'), shares: new Map(Object.entries(t)), told: Object.keys(t) }]])
  const holdings = holding({ a: { t: share(3) }, b: { t: share(2) } })
  expect(differences(world, holdings, { ...honest(holdings, world), bindings: told({ a: 2, b: 3 }) })).toEqual([
    'a: t has 3 replicas, and its binding says 2',
    'b: t has 2 replicas, and its binding says 3',
  ])
  const alone = holding({ a: { t: share(3) } })
  expect(differences(world, alone, { ...honest(alone, world), bindings: told({ a: 3, b: 2 }) })).toEqual([
    't: 3 replicas (3+0+0) of 5',
    'b: t has 0 replicas, and its binding says 2',
  ])
})

const usable = { ready: true, since: '', taints: [] }

it.each<{ name: string; state: Partial<HostState>; want: readonly string[] }>([
  {
    name: 'a Work too many',
    state: { works: new Map([['c', [{ kind: 'ConfigMap', name: 't', applied: true }]]]) },
    want: ['c: a Work for t, which is not there'],
  },
  {
    name: 'two Works for one object, of which one is not applied as it is',
    state: {
      works: new Map([
        [
          'a',
          [
            { kind: 'ConfigMap', name: 't', applied: true },
            { kind: 'ConfigMap', name: 't', applied: false },
          ],
        ],
      ]),
    },
    want: ['a: 2 Works for t', 'a: the Work for t is not applied'],
  },
  {
    name: 'a Work for an object of another kind',
    state: { works: new Map([['b', [{ kind: 'Deployment', name: 't', applied: true }]]]) },
    want: ['b: a Work for t, which is not there'],
  },
  {
    name: 'a policy that is gone, others that are not, and namespaces for Works',
    state: { policies: ['coral'], overrides: ['dune'], spaces: ['a', 'b', 'd'] },
    want: [
      'there is no policy blue',
      'the policy coral is still there',
      'the override policy dune is still there',
      'there is no execution namespace c',
      'the execution namespace d is still there',
    ],
  },
  { name: 'no binding', state: { bindings: new Map() }, want: ['t has no binding'] },
  {
    name: 'a member that is not ready, one with a taint of its own, and one that is no Cluster',
    state: {
      clusters: new Map([
        ['a', { ...usable, ready: false }],
        ['b', { ...usable, taints: ['cluster.karmada.io/not-ready:NoSchedule'] }],
      ]),
    },
    want: ['a is not Ready', 'b has taints cluster.karmada.io/not-ready:NoSchedule instead of none', 'c is not Ready'],
  },
])('finds what the host says wrongly: $name', ({ state, want }) => {
  const holdings = holding(open)
  const world = worldAfter(placed, put)
  const host = honest(holdings, world)
  const works = new Map([...host.works, ...(state.works ?? [])])
  const found = differences(world, holdings, { ...host, ...state, works })
  expect(found).toEqual(want)
})

it.each<{ name: string; says: Partial<BindingState>; want: readonly string[] }>([
  { name: 'nothing of it', says: { applied: false }, want: ['the binding of t does not say that it is applied'] },
  {
    name: 'that it was scheduled before',
    says: { scheduled: false },
    want: ['the binding of t does not say that it is scheduled as it is'],
  },
  {
    name: 'that nobody sees it',
    says: { shown: false },
    want: ['the binding of t says that its template does not show its status'],
  },
  {
    name: 'that it is in a cluster where it is not to be, and nothing of one where it is',
    says: { told: ['a', 'c'], required: ['a'] },
    want: ['the binding of t tells of a, c instead of a, b'],
  },
  {
    name: 'nothing of a cluster where something needs it',
    says: { required: ['c'] },
    want: ['the binding of t tells of a, b instead of a, b, c'],
  },
  { name: 'that it leaves a cluster', says: { leaving: ['c'] }, want: ['the binding of t is still leaving c'] },
])('finds a binding that says wrongly: $name', ({ says, want }) => {
  const holdings = holding(open)
  const bindings = new Map([['t', { ...stated(holdings, 't'), ...says }]])
  const world = worldAfter(placed, put)
  expect(differences(world, holdings, { ...honest(holdings, world), bindings })).toEqual(want)
})

const twice = holding({ a: { t: share(3) }, b: { t: share(2) } })
const behind: Rollout = { counts: { replicas: 5, readyReplicas: 3, updatedReplicas: 5 }, isCurrent: false }

it.each<{ name: string; steps: readonly Step[]; rollouts: HostState['rollouts']; want: readonly string[] }>([
  {
    name: 'that counts otherwise than the members, of an older template',
    steps: [placed, divided],
    rollouts: new Map([['t', behind]]),
    want: [
      't: its template says 3 readyReplicas, and its members 5',
      't: its status is not that of the template as it is',
    ],
  },
  {
    name: 'that counts otherwise, and lost its policy',
    steps: [placed, divided, withdrawn],
    rollouts: new Map([['t', behind]]),
    want: ['t: its template says 3 readyReplicas, and its members 5'],
  },
  { name: 'that is not there', steps: [placed, divided], rollouts: new Map(), want: ['t is not on the host'] },
])('finds a template of a Deployment: $name', ({ steps, rollouts, want }) => {
  const world = worldAfter(...steps)
  expect(differences(world, twice, { ...honest(twice, world), rollouts })).toEqual(want)
})
