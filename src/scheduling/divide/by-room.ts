import type { Division, DivisionTask, Shortage } from '../division.ts'
import { type DynamicResult, divideDynamically } from './dynamic.ts'
import { isTieDescending } from './tie.ts'

/**
 * Divides by the replicas that fit into each cluster, on top of the previous result.
 *
 * @source spec/behaviour/scheduling.md §8.3
 */
export function divideByRoom(task: DivisionTask, strategy: 'DynamicWeight' | 'Aggregated'): Division | Shortage {
  const { spec, clusters, replicas, fresh } = task
  const result = divideDynamically({
    strategy,
    replicas,
    candidates: clusters.map(({ name, room }) => ({ name, allocatable: room.allocatable })),
    previous: spec.clusters ?? [],
    fresh,
    descendingTies: isTieDescending(spec.resource.uid),
  })
  if (result.type === 'short') return result
  const { replicas: shares, weights, kept } = result
  return { type: 'divided', replicas: shares, weights, kept, how: describe(result, strategy, replicas) }
}

type Divided = Extract<DynamicResult, { readonly type: 'divided' }>

function describe({ mode, kept, target }: Divided, strategy: string, replicas: number): string {
  const where = strategy === 'Aggregated' ? ' over the fewest clusters,' : ''
  switch (mode) {
    case 'same':
      return `${replicas} replicas as before`
    case 'fresh':
      return `${replicas} replicas anew${where} by available replicas (Webster)`
    case 'fewer':
      return `${replicas} replicas, fewer than before,${where} by those that are placed (Webster)`
    case 'more':
      return kept.size > 0 && target < replicas
        ? `${target} more replicas${where} by available replicas (Webster), ${replicas - target} stay`
        : `${replicas} replicas${where} by available replicas (Webster)`
  }
}
