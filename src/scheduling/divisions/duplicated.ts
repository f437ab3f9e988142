import type { DivisionStrategy } from '../division.ts'
import { isDuplicated } from '../placement.ts'

/** Every cluster gets all replicas. */
export const duplicated: DivisionStrategy = {
  name: 'Duplicated',
  handles: isDuplicated,
  usesRoom: false,
  divide: ({ clusters, replicas }) => ({
    type: 'divided',
    replicas: new Map(clusters.map(({ name }) => [name, replicas])),
    weights: [],
    how: `${replicas} replicas each`,
  }),
}
