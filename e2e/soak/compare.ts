import { isBound, isPlaced, mayBeBound, replicasOf, type Template, type World, wantedIn } from './world.ts'

/** An object of ours that a member holds. */
export interface Held {
  readonly kind: Template['kind']
  /** Another one when it was deleted and made again. */
  readonly uid: string
  readonly value: string
  /** What an override policy has written into it, or nothing. */
  readonly mark: string
  /** Of a Deployment. */
  readonly replicas: number
}

/** What each member holds, by its name and the object's. */
export type Holdings = ReadonlyMap<string, ReadonlyMap<string, Held>>

/** What the host says of it. */
export interface HostState {
  /** By the template's name. */
  readonly bindings: ReadonlyMap<string, BindingState>
  /** Names of the objects that Works are for, by member. */
  readonly works: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether each Cluster that there is can be used. */
  readonly ready: ReadonlyMap<string, boolean>
  /** The resourceVersion of each object of ours: the same as long as nobody writes. */
  readonly versions: ReadonlyMap<string, string>
}

/** What a binding says. */
export interface BindingState {
  /** That all of it is applied. */
  readonly applied: boolean
  /** By cluster: how many replicas it is to have. */
  readonly shares: ReadonlyMap<string, number>
}

/** @returns a line for each difference between what is asked for and what the members hold; empty when there is none. */
export function differences(world: World, holdings: Holdings, host: HostState): readonly string[] {
  return [
    ...clusterProblems(world, host.ready),
    ...[...holdings].flatMap(([cluster, held]) => workProblems(cluster, held, host.works.get(cluster) ?? new Set())),
    ...bindingProblems(world, host.bindings),
    ...[...holdings].flatMap(([cluster, held]) => differencesOf(world, cluster, held)),
    ...[...world.templates].flatMap(([name, template]) => divisionProblems(world, { name, template, holdings, host })),
  ]
}

/** What is in a member that is let go while it is not ready stays there: nobody does that before it is. */
function clusterProblems(world: World, ready: HostState['ready']): readonly string[] {
  return [...world.clusters].flatMap(([name, { joined }]) => {
    if (!joined) return ready.has(name) ? [`${name} is still a Cluster`] : []
    return ready.get(name) === true ? [] : [`${name} is not Ready`]
  })
}

function differencesOf(world: World, cluster: string, held: ReadonlyMap<string, Held>): readonly string[] {
  const wanted = wantedIn(world, cluster, new Set(held.keys()))
  const missing = [...wanted].flatMap(([name, { presence, kind, values, mark }]) => {
    const found = held.get(name)
    if (found === undefined) {
      // A Deployment of fewer replicas than clusters is not in each: its binding tells in which.
      return presence === 'must' && kind === 'ConfigMap' ? [`${cluster}: ${name} is missing`] : []
    }
    return [
      ...(values.includes(found.value)
        ? []
        : [`${cluster}: ${name} says ${found.value} instead of ${values.join(' or ')}`]),
      ...(found.mark === mark ? [] : [`${cluster}: ${name} is marked "${found.mark}" instead of "${mark}"`]),
    ]
  })
  const left = [...held.keys()].filter(name => !wanted.has(name)).map(name => `${cluster}: ${name} must not be there`)
  return [...missing, ...left]
}

/** A Work each for what a member holds, and none besides. */
function workProblems(cluster: string, held: ReadonlyMap<string, Held>, works: ReadonlySet<string>): readonly string[] {
  return [
    ...[...works].filter(name => !held.has(name)).map(name => `${cluster}: a Work for ${name}, which is not there`),
    ...[...held.keys()].filter(name => !works.has(name)).map(name => `${cluster}: ${name} without a Work`),
  ]
}

/** A binding each for what is placed, which says so, and none besides. */
function bindingProblems(world: World, bindings: HostState['bindings']): readonly string[] {
  const left = [...bindings.keys()]
    .filter(name => !mayBeBound(world, name))
    .map(name => `a binding for ${name}, which ${world.templates.has(name) ? 'nothing selects' : 'is gone'}`)
  const wrong = [...world.templates].flatMap(([name, { group }]) => {
    if (!isBound(world, name, group)) return []
    const binding = bindings.get(name)
    if (binding === undefined) return [`${name} has no binding`]
    const isTold = binding.applied || !isPlaced(world, name, group)
    return isTold ? [] : [`the binding of ${name} does not say that it is applied`]
  })
  return [...left, ...wrong]
}

interface Division {
  readonly name: string
  readonly template: Template
  readonly holdings: Holdings
  readonly host: HostState
}

/** All replicas, in even shares, and in each member those that the binding says. */
function divisionProblems(world: World, { name, template, holdings, host }: Division): readonly string[] {
  if (template.kind !== 'Deployment') return []
  const held = new Map([...holdings].map(([cluster, objects]) => [cluster, objects.get(name)?.replicas ?? 0]))
  const bound = host.bindings.get(name)?.shares ?? new Map<string, number>()
  const shares = [...held.values()]
  const all = shares.join('+')
  const sum = shares.reduce((total, share) => total + share, 0)
  const wanted = replicasOf(world, name, template) ?? sum
  const some = shares.filter(share => share > 0)
  const isEven = some.length === 0 || Math.max(...some) - Math.min(...some) <= 1
  return [
    ...(sum === wanted ? [] : [`${name}: ${sum} replicas (${all}) of ${wanted}`]),
    ...(isEven ? [] : [`${name}: replicas are divided unevenly (${all})`]),
    ...[...held].flatMap(([cluster, share]) => {
      const told = bound.get(cluster) ?? 0
      return told === share ? [] : [`${cluster}: ${name} has ${share} replicas, and its binding says ${told}`]
    }),
  ]
}
