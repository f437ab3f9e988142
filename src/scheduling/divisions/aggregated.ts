import { divideByRoom } from '../divide/by-room.ts'
import type { DivisionStrategy } from '../division.ts'
import { isDuplicated } from '../placement.ts'

/** Into as few clusters as have the room, those that run some already before others. */
export const aggregated: DivisionStrategy = {
  name: 'Aggregated',
  handles: placement =>
    !isDuplicated(placement) && placement.replicaScheduling?.replicaDivisionPreference === 'Aggregated',
  usesRoom: true,
  divide: task => divideByRoom(task, 'Aggregated'),
}
