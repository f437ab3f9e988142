import { divideByRoom } from '../divide/by-room.ts'
import type { DivisionStrategy } from '../division.ts'
import { isDuplicated } from '../placement.ts'

/** In proportion to the replicas that still fit. */
export const dynamicWeight: DivisionStrategy = {
  name: 'DynamicWeight',
  handles: placement =>
    !isDuplicated(placement) &&
    placement.replicaScheduling?.replicaDivisionPreference === 'Weighted' &&
    Boolean(placement.replicaScheduling.weightPreference?.dynamicWeight),
  usesRoom: true,
  divide: task => divideByRoom(task, 'DynamicWeight'),
}
