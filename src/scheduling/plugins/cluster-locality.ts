import type { SchedulerPlugin } from '../plugin.ts'

const MAX_SCORE = 100

/** Prefers clusters of the previous result. */
export const clusterLocality: SchedulerPlugin = {
  name: 'ClusterLocality',
  score: ({ targetNames }, cluster) => (targetNames.has(cluster.metadata.name) ? MAX_SCORE : 0),
}
