import type { SchedulableCluster } from '../placement.ts'
import type { SchedulerPlugin } from '../plugin.ts'

/** What a cluster must say of itself to be counted in a group, and the word for it. */
const PROPERTIES: Readonly<Record<string, (spec: NonNullable<SchedulableCluster['spec']>) => string | undefined>> = {
  provider: spec => (spec.provider ? undefined : 'provider'),
  region: spec => (spec.region ? undefined : 'region'),
  zone: spec => (spec.zones?.length ? undefined : 'zones'),
}

/** Only clusters that belong to a group of every field over which the placement spreads. */
export const spreadConstraint: SchedulerPlugin = {
  name: 'SpreadConstraint',
  filter({ placement }, cluster) {
    for (const { spreadByField = '' } of placement.spreadConstraints ?? []) {
      const missing = PROPERTIES[spreadByField]?.(cluster.spec ?? {})
      if (missing !== undefined) return `cluster(s) did not have ${missing} property`
    }
    return undefined
  },
}
