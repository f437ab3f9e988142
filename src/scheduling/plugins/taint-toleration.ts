import { findUntolerated, formatTaint } from '../../policy/toleration.ts'
import type { SchedulerPlugin } from '../plugin.ts'

const REPELLING_EFFECTS = ['NoSchedule', 'NoExecute']

/** No new work for clusters with a taint that the placement does not tolerate. What runs there is eviction's matter. */
export const taintToleration: SchedulerPlugin = {
  name: 'TaintToleration',
  filter({ placement, targetNames }, cluster) {
    const taints = cluster.spec?.taints ?? []
    if (taints.length === 0 || targetNames.has(cluster.metadata.name)) return undefined
    const taint = findUntolerated(taints, placement.clusterTolerations ?? [], REPELLING_EFFECTS)
    return taint && `cluster(s) had untolerated taint {${formatTaint(taint)}}`
  },
}
