import type { DivisionStrategy } from './division.ts'
import { aggregated } from './divisions/aggregated.ts'
import { duplicated } from './divisions/duplicated.ts'
import { dynamicWeight } from './divisions/dynamic-weight.ts'
import { staticWeight } from './divisions/static-weight.ts'
import type { SchedulerPlugin } from './plugin.ts'
import { apiEnablement } from './plugins/api-enablement.ts'
import { clusterAffinity } from './plugins/cluster-affinity.ts'
import { clusterEviction } from './plugins/cluster-eviction.ts'
import { clusterLocality } from './plugins/cluster-locality.ts'
import { spreadConstraint } from './plugins/spread-constraint.ts'
import { taintToleration } from './plugins/taint-toleration.ts'
import { workloadAffinity } from './plugins/workload-affinity.ts'
import { workloadAntiAffinity } from './plugins/workload-anti-affinity.ts'

/** All plugins; the first filter that a cluster fails is the one that the binding's condition counts. */
export const PLUGINS: readonly SchedulerPlugin[] = [
  clusterAffinity,
  taintToleration,
  apiEnablement,
  spreadConstraint,
  clusterLocality,
  clusterEviction,
  workloadAffinity,
  workloadAntiAffinity,
]

/** All ways of sharing replicas out; the first that handles a placement does. */
export const DIVISIONS: readonly DivisionStrategy[] = [duplicated, staticWeight, dynamicWeight, aggregated]

const ALL = '*'

/**
 * The plugins that `--plugins` leaves: `*` enables all, a name one, `-name` takes one away again.
 *
 * @source spec/behaviour/scheduling.md §4
 */
export function enabledPlugins(
  names: readonly string[] = [ALL],
  plugins: readonly SchedulerPlugin[] = PLUGINS,
): readonly SchedulerPlugin[] {
  const all = names.includes(ALL)
  return plugins.filter(({ name }) => !names.includes(`-${name}`) && (all || names.includes(name)))
}

/**
 * The divisions that `--plugins` leaves: all but those that `-name` takes away. A list that names filters and scores only
 * says nothing of them, as in Karmada, where they are no plugins.
 */
export function enabledDivisions(
  names: readonly string[] = [],
  divisions: readonly DivisionStrategy[] = DIVISIONS,
): readonly DivisionStrategy[] {
  return names.length === 0 ? divisions : divisions.filter(({ name }) => !names.includes(`-${name}`))
}
