import type { TargetCluster } from '../placement.ts'
import { isTieDescending } from './tie.ts'
import { allocateSeats } from './webster.ts'

/**
 * Divides `spec.completions` of a Job over its target clusters, weighted by their replicas.
 *
 * @param job.uid of the template; breaks ties
 * @returns completions by cluster, in ascending order of names.
 * @source spec/behaviour/propagation.md §8 item 4c
 */
export function divideCompletions(
  job: { readonly completions: number; readonly uid?: string },
  targets: readonly TargetCluster[],
): ReadonlyMap<string, number> {
  const parties = targets.map(({ name, replicas = 0 }) => ({ name, votes: replicas }))
  return allocateSeats(job.completions, parties, { descendingTies: isTieDescending(job.uid) })
}
