import { clusterMatcher } from '../../policy/cluster-affinity.ts'
import type { SchedulableCluster, StaticWeight } from '../placement.ts'
import type { Party } from './webster.ts'

/**
 * The weight of each selected cluster: the largest of the rules that take it. Clusters without weight are left out;
 * when none has any, or there are no rules, all weigh 1.
 *
 * @source spec/behaviour/scheduling.md §8.2
 */
export function staticWeights(
  clusters: readonly SchedulableCluster[],
  rules: readonly StaticWeight[] = [],
): readonly Party[] {
  const heaviestFirst = rules
    .map(rule => ({ matches: clusterMatcher(rule.targetCluster), weight: rule.weight }))
    .sort((a, b) => b.weight - a.weight)
  const weighted = clusters.map(cluster => ({
    name: cluster.metadata.name,
    votes: heaviestFirst.find(rule => rule.matches(cluster))?.weight ?? 0,
  }))
  const withWeight = weighted.filter(party => party.votes > 0)
  return withWeight.length > 0 ? withWeight : weighted.map(({ name }) => ({ name, votes: 1 }))
}
