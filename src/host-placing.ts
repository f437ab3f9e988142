import type { Configuration } from './configuration.ts'
import type { Binding, Cluster } from './object/karmada-objects.ts'
import type { PlacementMetrics } from './rendering/placement-metrics.ts'
import { newPlacer, type Placer, workloadGroupIndex } from './rendering/placer.ts'
import type { Clock } from './runtime/clock.ts'
import type { Lister } from './runtime/lister.ts'
import type { RetryTimes } from './scheduler/retry.ts'
import { waitingIndex } from './scheduler/waiting.ts'

const BY_WORKLOAD_GROUP = 'workload-group'
const BY_WAITING = 'waiting'

/** The indexes of bindings that placing needs. */
export const PLACING_INDEXES = { [BY_WORKLOAD_GROUP]: workloadGroupIndex, [BY_WAITING]: waitingIndex }

/** What everybody needs who places bindings, or tells what became of it. */
export interface PlacingDeps {
  readonly placer: Placer
  readonly schedulerName: string
  readonly retry: RetryTimes
  readonly workloadAffinity: boolean
  readonly byWaiting: string
}

interface PlacingSurroundings {
  readonly clock: Clock
  readonly configuration: Configuration
  readonly metrics: PlacementMetrics
}

/** One placer for all controllers: what one of them has decided counts for the others before it is written. */
export function placingDeps(
  { clock, configuration, metrics }: PlacingSurroundings,
  { clusters, bindings }: { readonly clusters: Lister<Cluster>; readonly bindings: Lister<Binding> },
): PlacingDeps {
  const { scheduling, features } = configuration
  const { schedulerName, plugins, propagateEmptyWorkloads } = scheduling
  const options = { plugins, propagateEmptyWorkloads }
  return {
    placer: newPlacer({
      ...{ clusters, bindings, byWorkloadGroup: BY_WORKLOAD_GROUP },
      ...{ clock, schedulerName, options, metrics },
    }),
    schedulerName,
    retry: { unschedulableMs: scheduling.unschedulableRetryMs, failedMs: scheduling.failureRetryMs },
    workloadAffinity: features.workloadAffinity,
    byWaiting: BY_WAITING,
  }
}
