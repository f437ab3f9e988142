import { taintsOf } from './objects.ts'
import { type BindingState, COUNTERS, type Held, type Holdings, type HostState, type WorkState } from './states.ts'
import { isBound, isPlaced, mayBeBound, type World } from './world.ts'

/** @returns a line for each difference between what is asked for, what the members hold, and what the host says of both. */
export function hostProblems(world: World, holdings: Holdings, host: HostState): readonly string[] {
  return [
    ...clusterProblems(world, host.clusters),
    ...setProblems('policy', host.policies, [...world.policies.keys()]),
    ...setProblems('override policy', host.overrides, [...world.overrides.keys()]),
    ...setProblems('execution namespace', host.spaces, joinedClusters(world)),
    ...[...holdings].flatMap(([cluster, held]) => workProblems(cluster, held, host.works.get(cluster) ?? [])),
    ...bindingProblems(world, host.bindings),
    ...[...world.templates].flatMap(([name, { kind, group }]) =>
      kind === 'Deployment' && isBound(world, name, group) ? rolloutProblems(world, name, { holdings, host }) : [],
    ),
  ]
}

function joinedClusters({ clusters }: World): readonly string[] {
  return [...clusters].flatMap(([name, { joined }]) => (joined ? [name] : []))
}

function setProblems(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  return [
    ...wanted.filter(name => !found.includes(name)).map(name => `there is no ${what} ${name}`),
    ...found.filter(name => !wanted.includes(name)).map(name => `the ${what} ${name} is still there`),
  ]
}

/** What is in a member that is let go while it is not ready stays there: nobody does that before it is. */
function clusterProblems(world: World, clusters: HostState['clusters']): readonly string[] {
  return [...world.clusters].flatMap(([name, state]) => {
    const found = clusters.get(name)
    if (!state.joined) return found === undefined ? [] : [`${name} is still a Cluster`]
    if (found?.ready !== true) return [`${name} is not Ready`]
    const wanted = taintsOf(state).map(({ key, effect }) => `${key}:${effect}`)
    return isSameSet(found.taints, wanted)
      ? []
      : [`${name} has taints ${list(found.taints)} instead of ${list(wanted)}`]
  })
}

/** A Work each for what a member holds, and none besides. */
function workProblems(
  cluster: string,
  held: ReadonlyMap<string, Held>,
  works: readonly WorkState[],
): readonly string[] {
  const byName = Map.groupBy(works, ({ name }) => name)
  const isThere = (name: string, kind: Held['kind']): boolean => held.get(name)?.kind === kind
  return [
    ...[...byName].flatMap(([name, ofName]) => [
      ...(ofName.every(({ kind }) => isThere(name, kind))
        ? []
        : [`${cluster}: a Work for ${name}, which is not there`]),
      ...(ofName.length === 1 ? [] : [`${cluster}: ${ofName.length} Works for ${name}`]),
    ]),
    ...[...held.keys()].filter(name => !byName.has(name)).map(name => `${cluster}: ${name} without a Work`),
    ...works.filter(({ applied }) => !applied).map(({ name }) => `${cluster}: the Work for ${name} is not applied`),
  ]
}

/** A binding each for what is placed, which says so, and none besides. */
function bindingProblems(world: World, bindings: HostState['bindings']): readonly string[] {
  const left = [...bindings.keys()]
    .filter(name => !mayBeBound(world, name))
    .map(name => `a binding for ${name}, which ${world.templates.has(name) ? 'nothing selects' : 'is gone'}`)
  const wrong = [...world.templates].flatMap(([name, { group }]) => {
    const binding = bindings.get(name)
    if (binding === undefined) return isBound(world, name, group) ? [`${name} has no binding`] : []
    return [...sayingProblems(world, name, { group, binding }), ...targetProblems(name, binding)]
  })
  return [...left, ...wrong]
}

interface Bound {
  readonly group: string
  readonly binding: BindingState
}

function sayingProblems(world: World, name: string, { group, binding }: Bound): readonly string[] {
  const isCertain = isBound(world, name, group) && isPlaced(world, name, group)
  // Of what has lost its policy it says what it said.
  const isDecided = isCertain && !world.adrift.has(name)
  return [
    ...(isCertain && !binding.applied ? [`the binding of ${name} does not say that it is applied`] : []),
    ...(isDecided && !binding.scheduled ? [`the binding of ${name} does not say that it is scheduled as it is`] : []),
    ...(binding.shown ? [] : [`the binding of ${name} says that its template does not show its status`]),
  ]
}

/** A binding tells of where it is to be, and of nowhere else. */
function targetProblems(name: string, { shares, required, leaving, told }: BindingState): readonly string[] {
  const wanted = [...new Set([...shares.keys(), ...required])]
  return [
    ...leaving.map(cluster => `the binding of ${name} is still leaving ${cluster}`),
    ...(isSameSet(told, wanted) ? [] : [`the binding of ${name} tells of ${list(told)} instead of ${list(wanted)}`]),
  ]
}

interface Observed {
  readonly holdings: Holdings
  readonly host: HostState
}

/** The template of a Deployment counts what its members count. */
function rolloutProblems(world: World, name: string, { holdings, host }: Observed): readonly string[] {
  const rollout = host.rollouts.get(name)
  if (rollout === undefined) return [`${name} is not on the host`]
  const held = [...holdings.values()].flatMap(objects => objects.get(name) ?? [])
  const wrong = COUNTERS.flatMap(counter => {
    const sum = held.reduce((total, { counts }) => total + counts[counter], 0)
    const told = rollout.counts[counter]
    return told === sum ? [] : [`${name}: its template says ${told} ${counter}, and its members ${sum}`]
  })
  // Nobody has to bring a change of what has lost its policy to the members.
  const isLate = !rollout.isCurrent && !world.adrift.has(name)
  return [...wrong, ...(isLate ? [`${name}: its status is not that of the template as it is`] : [])]
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every(each => other.includes(each))
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.toSorted().join(', ')
}
