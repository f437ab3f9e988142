import { hostProblems } from './compare-host.ts'
import { divisionProblems } from './division.ts'
import type { Held, Holdings, HostState } from './states.ts'
import { type World, wantedIn } from './world.ts'

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
