import type { SchedulerPlugin } from './plugin.ts'
import { apiEnablement } from './plugins/api-enablement.ts'
import { clusterAffinity } from './plugins/cluster-affinity.ts'
import { clusterEviction } from './plugins/cluster-eviction.ts'
import { clusterLocality } from './plugins/cluster-locality.ts'
import { spreadConstraint } from './plugins/spread-constraint.ts'
import { taintToleration } from './plugins/taint-toleration.ts'

/** All plugins; the first filter that a cluster fails is the one that the binding's condition counts. */
export const PLUGINS: readonly SchedulerPlugin[] = [
  clusterAffinity,
  taintToleration,
  apiEnablement,
  spreadConstraint,
  clusterLocality,
  clusterEviction,
]

/**
 * The plugins that `--plugins` leaves: `*` enables all, a name one, `-name` takes one away again.
 *
 * @source spec/behaviour/scheduling.md §4
 */
export function enabledPlugins(
  names: readonly string[] = ['*'],
  plugins: readonly SchedulerPlugin[] = PLUGINS,
): readonly SchedulerPlugin[] {
  const all = names.includes('*')
  return plugins.filter(({ name }) => !names.includes(`-${name}`) && (all || names.includes(name)))
}
