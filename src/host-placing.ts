import type { Configuration } from './configuration.ts'
import type { Binding, Cluster } from './object/karmada-objects.ts'
import { newPlacer, type Placer, workloadGroupIndex } from './rendering/placer.ts'
import type { Clock } from './runtime/clock.ts'
import type { Lister } from './runtime/lister.ts'
import type { RetryTimes } from './scheduler/reconciler.ts'

const BY_WORKLOAD_GROUP = 'workload-group'

/** The index of namespaced bindings that placing needs. */
export const WORKLOAD_GROUP_INDEX = { [BY_WORKLOAD_GROUP]: workloadGroupIndex }

/** What everybody needs who places bindings, or tells what became of it. */
export interface PlacingDeps {
  readonly placer: Placer
  readonly schedulerName: string
  readonly retry: RetryTimes
  readonly workloadAffinity: boolean
}

/** One placer for all controllers: what one of them has decided counts for the others before it is written. */
export function placingDeps(
  { clock, configuration }: { readonly clock: Clock; readonly configuration: Configuration },
  { clusters, bindings }: { readonly clusters: Lister<Cluster>; readonly bindings: Lister<Binding> },
): PlacingDeps {
  const { scheduling, features } = configuration
  const { schedulerName, plugins, propagateEmptyWorkloads } = scheduling
  const options = { plugins, propagateEmptyWorkloads }
  return {
    placer: newPlacer({ clusters, bindings, byWorkloadGroup: BY_WORKLOAD_GROUP, clock, schedulerName, options }),
    schedulerName,
    retry: { unschedulableMs: scheduling.unschedulableRetryMs, failedMs: scheduling.failureRetryMs },
    workloadAffinity: features.workloadAffinity,
  }
}
