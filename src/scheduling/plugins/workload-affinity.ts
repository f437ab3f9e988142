import type { SchedulerPlugin } from '../plugin.ts'

/** Only where every placed binding of the same affinity group is; a cluster of the previous result is not doubted. */
export const workloadAffinity: SchedulerPlugin = {
  name: 'WorkloadAffinity',
  filter({ targetNames, affinityPeers }, { metadata: { name } }) {
    if (targetNames.has(name) || affinityPeers.every(targets => targets.has(name))) return undefined
    return 'ResourceBinding with the same affinity group does not target this cluster'
  },
}
