import type { Since } from './since-quiet.ts'
import type { Holdings, HostState } from './states.ts'
import { isOpen, type Policy, replicasOf, type Template, type World } from './world.ts'

export interface Observed {
  readonly name: string
  readonly template: Template
  readonly holdings: Holdings
  readonly host: HostState
}

/** @returns how a template lacks replicas, is uneven where it is, or has other shares than its binding says; empty when all is well. */
export function divisionProblems(world: World, { name, template, holdings, host }: Observed): readonly string[] {
  if (template.kind !== 'Deployment') return []
  const held = sharesIn(holdings, name)
  const bound = host.bindings.get(name)?.shares ?? new Map<string, number>()
  const shares = [...held.values()]
  const all = shares.join('+')
  const sum = shares.reduce((total, share) => total + share, 0)
  const wanted = replicasOf(world, name, template) ?? sum
  return [
    ...(sum === wanted ? [] : [`${name}: ${sum} replicas (${all}) of ${wanted}`]),
    ...(isEven(shares.filter(share => share > 0)) ? [] : [`${name}: replicas are divided unevenly (${all})`]),
    ...[...held].flatMap(([cluster, share]) => {
      const told = bound.get(cluster) ?? 0
      return told === share ? [] : [`${cluster}: ${name} has ${share} replicas, and its binding says ${told}`]
    }),
  ]
}

/**
 * What was divided anew has its share in each cluster of its policy that could be used all the time, whichever others it is in: who divides
 * begins from nothing each time, and every cluster that is fit counts the same.
 *
 * @source spec/behaviour/scheduling.md §3 items 1 and 2, §8.2 (static weights)
 */
export function shareProblems(since: Since, holdings: Holdings, clusters: HostState['clusters']): readonly string[] {
  const end = since.worlds.at(-1)
  return [...(end?.templates ?? [])].flatMap(([name, template]) => {
    const policy = end?.policies.get(template.group)
    if (template.kind !== 'Deployment' || policy === undefined) return []
    if (!isDividedAnew(since.worlds, name, policy)) return []
    const held = sharesIn(holdings, name)
    const most = Math.max(...held.values())
    const usable = policy.clusters.filter(cluster => couldBeUsed(since, cluster, clusters))
    const lacking = usable.filter(cluster => (held.get(cluster) ?? 0) < most - 1)
    return lacking.map(cluster => `${cluster}: ${name} lacks its share (${[...held.values()].join('+')})`)
  })
}

/** Whether its replicas, or the clusters of its policy, are others than at the start, or it was not placed then. */
function isDividedAnew(worlds: readonly World[], name: string, policy: Policy): boolean {
  // What has no policy for a while keeps what it had.
  if (worlds.some(({ adrift }) => adrift.has(name))) return false
  const [start] = worlds
  const before = start?.templates.get(name)
  const placedBy = before && start?.policies.get(before.group)
  if (before === undefined || placedBy === undefined) return true
  const end = worlds.at(-1)?.templates.get(name)
  return before.replicas !== end?.replicas || placedBy.clusters.toSorted().join() !== policy.clusters.toSorted().join()
}

/** At every moment, as users have it, and as the host saw the member. */
function couldBeUsed({ worlds, quiet }: Since, cluster: string, clusters: HostState['clusters']): boolean {
  const readySince = quiet.clusters.get(cluster)?.since
  return worlds.every(world => isOpen(world, cluster)) && clusters.get(cluster)?.since === readySince
}

function sharesIn(holdings: Holdings, name: string): ReadonlyMap<string, number> {
  return new Map([...holdings].map(([cluster, objects]) => [cluster, objects.get(name)?.replicas ?? 0]))
}

function isEven(shares: readonly number[]): boolean {
  return shares.length === 0 || Math.max(...shares) - Math.min(...shares) <= 1
}
