import type { SchedulerPlugin } from '../plugin.ts'

/** Nowhere that another binding of the same anti-affinity group is; a cluster of the previous result is not doubted. */
export const workloadAntiAffinity: SchedulerPlugin = {
  name: 'WorkloadAntiAffinity',
  filter({ targetNames, antiAffinityPeers }, { metadata: { name } }) {
    if (targetNames.has(name) || !antiAffinityPeers.some(targets => targets.has(name))) return undefined
    return 'cluster already has workload with the same anti-affinity group'
  },
}
