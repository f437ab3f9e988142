import type { SchedulerPlugin } from '../plugin.ts'

/** No way back into a cluster while a graceful eviction task names it. */
export const clusterEviction: SchedulerPlugin = {
  name: 'ClusterEviction',
  filter: ({ evictedNames }, cluster) =>
    evictedNames.has(cluster.metadata.name) ? 'cluster(s) is in the process of eviction' : undefined,
}
