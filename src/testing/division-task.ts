import type { DivisionStrategy, DivisionTask } from '../scheduling/division.ts'
import type { Placement } from '../scheduling/placement.ts'
import { aRanked } from './ranked-cluster.ts'

type Counts = Readonly<Record<string, number>>

/** Replicas for clusters with room for so many; ties go to the smaller name. */
export function aTask(fields: {
  readonly replicas: number
  readonly free: Counts
  readonly previous?: Counts
  readonly placement?: Placement
  readonly fresh?: boolean
}): DivisionTask {
  const { replicas, free, previous = {}, placement = {}, fresh = false } = fields
  const clusters = Object.entries(previous).map(([name, count]) => ({ name, replicas: count }))
  return {
    spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment' }, replicas, clusters },
    placement,
    clusters: Object.entries(free).map(([name, available]) => aRanked(name, { available })),
    replicas,
    fresh,
  }
}

/** The arithmetic in words, then who gets how many. */
export function divided(strategy: DivisionStrategy, task: DivisionTask): string {
  const result = strategy.divide(task)
  if (result.type === 'short') return `short: ${result.available}`
  const shares = [...result.replicas].filter(([, count]) => count > 0).map(([name, count]) => `${name}:${count}`)
  return `${result.how}: ${shares.sort().join(' ')}`
}
