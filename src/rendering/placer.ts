import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { formatKey, keyOf, parseKey } from '../object/object-key.ts'
import { type Clock, timestamp } from '../runtime/clock.ts'
import type { Lister } from '../runtime/lister.ts'
import type { Estimator } from '../scheduling/estimate/accurate.ts'
import type { PeerBinding, ScheduleOptions } from '../scheduling/input.ts'
import type { WorkloadAffinityGroups } from '../scheduling/placement.ts'
import { isOurs, needsScheduling } from '../scheduling/when.ts'
import { type PlacedBinding, placeBinding } from './place-binding.ts'
import type { PlacementMetrics } from './placement-metrics.ts'

export interface PlacerDeps {
  readonly clusters: Pick<Lister<Cluster>, 'list'>
  /** Namespaced bindings, with the index {@link PlacerDeps.byWorkloadGroup}. */
  readonly bindings: Pick<Lister<Binding>, 'get' | 'byIndex'>
  /** Name of the index of {@link workloadGroupIndex}. */
  readonly byWorkloadGroup: string
  readonly clock: Clock
  /** Bindings that name another scheduler are left alone. */
  readonly schedulerName: string
  readonly options: ScheduleOptions
  readonly metrics?: PlacementMetrics
  /** Besides the general one. */
  readonly estimator?: Estimator
}

/** Places bindings, whoever is about to write them: all of the operator shares one. */
export interface Placer {
  /** @returns undefined when the binding is not for us to place, or nothing asks for placing it (again). */
  readonly place: (binding: Binding) => PlacedBinding | undefined
}

/** Indexes bindings by the groups that they are in: `<namespace>/<group>`, of both sorts. */
export function workloadGroupIndex({ metadata, spec }: Binding): readonly string[] {
  return groupNames(spec.workloadAffinityGroups).map(group => `${metadata.namespace ?? ''}/${group}`)
}

/** A placement that was decided and is not in the cache yet. */
interface Pending {
  readonly peer: PeerBinding
  /** Of the cached binding for which it was decided. The cache has moved on when it holds another. */
  readonly resourceVersion: string | undefined
  readonly untilMs: number
}

/** A write that failed must not bind others for ever. */
const PENDING_MS = 60_000

/**
 * What the detector and the scheduler place bindings with. Bindings of one workload group see each other's placement from the
 * moment it is decided, not only once it is written.
 *
 * @source spec/behaviour/scheduling.md §1, §3, §12
 */
export function newPlacer(deps: PlacerDeps): Placer {
  const pending = new Map<string, Pending>()
  return {
    place(binding) {
      const clusters = deps.clusters.list()
      if (!isOurs(binding, deps.schedulerName) || needsScheduling(binding, clusters) === undefined) return undefined
      const peers = peersOf(deps, pending, binding)
      const startMs = deps.clock.monotonicMs()
      const placed = placeBinding(binding, {
        ...{ clusters, now: timestamp(deps.clock), options: deps.options, peers },
        ...(deps.estimator && { estimates: [deps.estimator.estimate(binding.spec)] }),
      })
      deps.metrics?.placed(placed.result, (deps.clock.monotonicMs() - startMs) / 1000)
      remember(deps, pending, placed.binding)
      const key = formatKey(keyOf(binding))
      deps.estimator?.assigned({ binding: key, spec: placed.binding.spec, before: binding.spec.clusters ?? [] })
      return placed
    },
  }
}

function remember({ bindings, clock }: PlacerDeps, pending: Map<string, Pending>, placed: Binding): void {
  const { workloadAffinityGroups: groups, clusters = [] } = placed.spec
  if (groups === undefined || groupNames(groups).length === 0) return
  const key = keyOf(placed)
  const untilMs = clock.nowMs() + PENDING_MS
  const { resourceVersion } = bindings.get(key)?.metadata ?? {}
  pending.set(formatKey(key), { peer: { groups, clusters }, resourceVersion, untilMs })
}

function peersOf(deps: PlacerDeps, pending: Map<string, Pending>, binding: Binding): readonly PeerBinding[] {
  const values = workloadGroupIndex(binding)
  if (values.length === 0) return []
  const own = formatKey(keyOf(binding))
  dropSettled(deps, pending)
  const cached = new Map(
    values
      .flatMap(value => deps.bindings.byIndex(deps.byWorkloadGroup, value))
      .map(other => [formatKey(keyOf(other)), other]),
  )
  const known = [...cached].filter(([key]) => key !== own && !pending.has(key)).map(([, other]) => peerOf(other))
  const namespace = `${binding.metadata.namespace ?? ''}/`
  const deciding = [...pending].filter(([key]) => key !== own && key.startsWith(namespace)).map(([, { peer }]) => peer)
  return [...known, ...deciding]
}

/** The cache holds what came of them, or they were never written. */
function dropSettled({ bindings, clock }: PlacerDeps, pending: Map<string, Pending>): void {
  for (const [text, { resourceVersion, untilMs }] of pending) {
    const isSettled = bindings.get(parseKey(text))?.metadata.resourceVersion !== resourceVersion
    if (isSettled || clock.nowMs() > untilMs) pending.delete(text)
  }
}

function peerOf({ spec }: Binding): PeerBinding {
  return { groups: spec.workloadAffinityGroups ?? {}, clusters: spec.clusters ?? [] }
}

function groupNames({ affinityGroup, antiAffinityGroup }: WorkloadAffinityGroups = {}): readonly string[] {
  return [affinityGroup, antiAffinityGroup].flatMap(group => (group ? [group] : []))
}
