import { hostProblems } from './compare-host.ts'
import type { Held, Holdings, HostState } from './states.ts'
import { replicasOf, type Template, type World, wantedIn } from './world.ts'

/** @returns a line for each difference between what is asked for and what the members hold; empty when there is none. */
export function differences(world: World, holdings: Holdings, host: HostState): readonly string[] {
  return [
    ...hostProblems(world, holdings, host),
    ...[...holdings].flatMap(([cluster, held]) => differencesOf(world, cluster, held)),
    ...[...world.templates].flatMap(([name, template]) => divisionProblems(world, { name, template, holdings, host })),
  ]
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
