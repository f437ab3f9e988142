import type { Configuration } from './configuration.ts'
import { isConditionTrue } from './object/condition.ts'
import type { Binding, Cluster } from './object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from './object/object-key.ts'
import type { PlacementMetrics } from './rendering/placement-metrics.ts'
import { newPlacer, type Placer, workloadGroupIndex } from './rendering/placer.ts'
import type { Clock } from './runtime/clock.ts'
import type { Informer } from './runtime/informer.ts'
import type { Lister } from './runtime/lister.ts'
import type { RetryTimes } from './scheduler/retry.ts'
import { waitingIndex } from './scheduler/waiting.ts'
import { type Estimator, newAccurateEstimator } from './scheduling/estimate/accurate.ts'
import { newInFlight } from './scheduling/estimate/in-flight.ts'
import type { MemberRoom } from './scheduling/estimate/member-room.ts'
import type { MemberRooms } from './scheduling/estimate/member-rooms.ts'

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
  readonly multiplePodTemplates: boolean
  readonly byWaiting: string
  readonly onRoomGain: MemberRooms['onGain']
}

interface PlacingSurroundings {
  readonly clock: Clock
  readonly configuration: Configuration
  readonly metrics: PlacementMetrics
  readonly rooms: MemberRooms
}

interface PlacingCaches {
  readonly clusters: Lister<Cluster>
  readonly bindings: Informer<Binding>
  readonly clusterBindings: Informer<Binding>
}

/** One placer for all controllers: what one of them has decided counts for the others before it is written. */
export function placingDeps(surroundings: PlacingSurroundings, caches: PlacingCaches): PlacingDeps {
  const { clock, configuration, metrics, rooms } = surroundings
  const { clusters, bindings } = caches
  const { scheduling, features } = configuration
  const { schedulerName, plugins, propagateEmptyWorkloads } = scheduling
  const options = { plugins, propagateEmptyWorkloads }
  return {
    placer: newPlacer({
      ...{ clusters, bindings, byWorkloadGroup: BY_WORKLOAD_GROUP },
      ...{ clock, schedulerName, options, metrics },
      ...(scheduling.estimator === 'accurate' && { estimator: accurateEstimator(surroundings, caches) }),
    }),
    schedulerName,
    retry: { unschedulableMs: scheduling.unschedulableRetryMs, failedMs: scheduling.failureRetryMs },
    workloadAffinity: features.workloadAffinity,
    multiplePodTemplates: features.multiplePodTemplatesScheduling,
    byWaiting: BY_WAITING,
    onRoomGain: rooms.onGain,
  }
}

function accurateEstimator({ clock, rooms }: PlacingSurroundings, caches: PlacingCaches): Estimator {
  const { clusters, bindings, clusterBindings } = caches
  const roomOf = (name: string) => answeringRoom({ clusters, rooms }, name)
  const inFlight = newInFlight({
    ...{ clock, roomOf, onFreed: rooms.gained },
    isHealthy: (binding, cluster) => {
      const key = parseKey(binding)
      const found = (key.namespace === '' ? clusterBindings : bindings).get(key)
      const status = found?.status?.aggregatedStatus?.find(({ clusterName }) => clusterName === cluster)
      return found && status?.health === 'Healthy'
    },
  })
  for (const informer of [bindings, clusterBindings]) {
    informer.addHandler(({ type, object }) => {
      if (type === 'deleted') inFlight.forget(formatKey(keyOf(object)))
    })
  }
  return newAccurateEstimator({ inFlight, roomOf })
}

/** A member that is not Ready does not answer: its watches may be as they were when it was. */
export function answeringRoom(
  { clusters, rooms }: { readonly clusters: Lister<Cluster>; readonly rooms: MemberRooms },
  name: string,
): MemberRoom | undefined {
  const conditions = clusters.get({ namespace: '', name })?.status?.conditions
  return isConditionTrue(conditions, 'Ready') ? rooms.get(name) : undefined
}
