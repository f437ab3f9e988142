import { isDivided, isPlaced, mayBeBound, type Template, type World, wantedIn } from './world.ts'

/** An object of ours that a member holds. */
export interface Held {
  readonly kind: Template['kind']
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
  /** By the template's name: whether the binding says that all of it is applied. */
  readonly bindings: ReadonlyMap<string, boolean>
  /** Names of the objects that Works are for, by member. */
  readonly works: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether each Cluster that there is can be used. */
  readonly ready: ReadonlyMap<string, boolean>
}

/** @returns a line for each difference between what is asked for and what the members hold; empty when there is none. */
export function differences(world: World, holdings: Holdings, host: HostState): readonly string[] {
  return [
    ...clusterProblems(world, host.ready),
    ...[...holdings].flatMap(([cluster, held]) => workProblems(cluster, held, host.works.get(cluster) ?? new Set())),
    ...bindingProblems(world, host.bindings),
    ...[...holdings].flatMap(([cluster, held]) => differencesOf(world, cluster, held)),
    ...[...world.templates].flatMap(([name, template]) => divisionProblem(world, { name, template, holdings })),
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
  const missing = [...wanted].flatMap(([name, { presence, kind, value, mark }]) => {
    const found = held.get(name)
    if (found === undefined) {
      // A Deployment of fewer replicas than clusters need not be in each.
      return presence === 'must' && kind === 'ConfigMap' ? [`${cluster}: ${name} is missing`] : []
    }
    return [
      ...(found.value === value ? [] : [`${cluster}: ${name} says ${found.value} instead of ${value}`]),
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
function bindingProblems(world: World, bindings: ReadonlyMap<string, boolean>): readonly string[] {
  const left = [...bindings.keys()]
    .filter(name => !mayBeBound(world, name))
    .map(name => `a binding for ${name}, which ${world.templates.has(name) ? 'nothing selects' : 'is gone'}`)
  const wrong = [...world.templates].flatMap(([name, { group }]) => {
    if (!world.policies.has(group)) return []
    const applied = bindings.get(name)
    if (applied === undefined) return [`${name} has no binding`]
    return applied || !isPlaced(world, group) ? [] : [`the binding of ${name} does not say that it is applied`]
  })
  return [...left, ...wrong]
}

interface Division {
  readonly name: string
  readonly template: Template
  readonly holdings: Holdings
}

function divisionProblem(world: World, { name, template, holdings }: Division): readonly string[] {
  if (!isDivided(world, template)) return []
  const shares = [...holdings.values()].map(held => held.get(name)?.replicas ?? 0)
  const sum = shares.reduce((total, share) => total + share, 0)
  return sum === template.replicas ? [] : [`${name}: ${sum} replicas (${shares.join('+')}) of ${template.replicas}`]
}
