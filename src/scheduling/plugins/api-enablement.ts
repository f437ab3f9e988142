import type { SchedulableCluster } from '../placement.ts'
import type { SchedulerPlugin } from '../plugin.ts'

/** Only clusters that serve the kind; those that hold the object already are not doubted. */
export const apiEnablement: SchedulerPlugin = {
  name: 'APIEnablement',
  filter({ spec, targetNames }, cluster) {
    if (targetNames.has(cluster.metadata.name) || serves(cluster, spec.resource)) return undefined
    return 'cluster(s) did not have the API resource'
  },
}

function serves(
  { status }: SchedulableCluster,
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
): boolean {
  return (status?.apiEnablements ?? []).some(
    ({ groupVersion, resources = [] }) =>
      groupVersion === apiVersion && resources.some(resource => resource.kind === kind),
  )
}
