import type { SchedulerPlugin } from '../plugin.ts'
import { topologyKeyOf } from '../spread/topology.ts'

/** Only clusters that belong to a group of every key over which the placement spreads. */
export const spreadConstraint: SchedulerPlugin = {
  name: 'SpreadConstraint',
  filter({ placement }, cluster) {
    for (const constraint of placement.spreadConstraints ?? []) {
      const key = topologyKeyOf(constraint)
      if (key !== undefined && key.groupOf(cluster) === undefined) return `cluster(s) did not have ${key.property}`
    }
    return undefined
  },
}
