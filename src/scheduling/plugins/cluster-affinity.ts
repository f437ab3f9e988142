import type { SchedulerPlugin } from '../plugin.ts'

/** Only clusters that the placement's affinity takes, or that it overflows to. */
export const clusterAffinity: SchedulerPlugin = {
  name: 'ClusterAffinity',
  filter({ tiers }, cluster) {
    if (tiers.length === 0 || tiers.some(matches => matches(cluster))) return undefined
    return 'cluster(s) did not match the placement cluster affinity constraint'
  },
  score: () => 0,
}
