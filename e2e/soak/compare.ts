import { hostProblems } from './compare-host.ts'
import { divisionProblems } from './division.ts'
import type { Held, Holdings, HostState } from './states.ts'
import { type Wanted, type World, wantedIn } from './world.ts'

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
  const missing = [...wanted].flatMap(([name, each]) => {
    const found = held.get(name)
    if (found !== undefined) return contentProblems(`${cluster}: ${name}`, each, found)
    // A Deployment of fewer replicas than clusters is not in each: its binding tells in which.
    return each.presence === 'must' && each.kind === 'ConfigMap' ? [`${cluster}: ${name} is missing`] : []
  })
  const left = [...held.keys()].filter(name => !wanted.has(name)).map(name => `${cluster}: ${name} must not be there`)
  return [...missing, ...left]
}

function contentProblems(what: string, { kind, values, needs, mark }: Wanted, found: Held): readonly string[] {
  if (found.kind !== kind) return [`${what} is a ${found.kind} instead of a ${kind}`]
  const isNeeding = kind === 'ConfigMap' || needs.some(need => found.needs.join() === (need ?? ''))
  return [
    ...(found.isManaged ? [] : [`${what} has lost its label`]),
    ...(values.includes(found.value) ? [] : [`${what} says ${found.value} instead of ${values.join(' or ')}`]),
    ...(isNeeding ? [] : [`${what} needs "${found.needs.join()}" instead of "${needs.join('" or "')}"`]),
    ...(found.mark === mark ? [] : [`${what} is marked "${found.mark}" instead of "${mark}"`]),
  ]
}
