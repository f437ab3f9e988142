import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { ANNOTATION } from '../../api/names.ts'
import { omitFields, stringsAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { purgeModeOf } from '../../policy/purge-mode.ts'
import type { EvictionHalt } from '../../rendering/eviction-halt.ts'
import { preservedLabels } from '../../rendering/preserved-state.ts'
import { isUnclaimed } from '../../scheduling/when.ts'
import { type BrakeSettings, lostShare } from '../brake.ts'
import type { Departure } from '../leave-clusters.ts'

export const REASON = 'ApplicationFailure'
/** The default of the CRD, for bindings that were made without it. */
const DEFAULT_TOLERATION_SECONDS = 300
const DEFAULT_GRACE_PERIOD_SECONDS = 600

export interface Observed {
  readonly binding: Binding
  /** Of the task: the name of the controller. */
  readonly producer: string
  readonly brake: BrakeSettings
  readonly nowMs: number
  /** RFC 3339. */
  readonly now: string
}

/** Since when a copy is unhealthy, RFC 3339, by cluster. */
export type UnhealthySince = Readonly<Record<string, string>>

export interface ApplicationPlan {
  readonly departures: readonly Departure[]
  /** What keeps the copies that failed where they are. */
  readonly halt?: EvictionHalt
  readonly failures: readonly { readonly cluster: string; readonly error: unknown }[]
  /** What is remembered from now on; empty when nothing is. */
  readonly since: UnhealthySince
  /** When the next one has been unhealthy for long enough, milliseconds since the epoch. */
  readonly nextMs?: number
}

/**
 * Which clusters a workload leaves because it does not become healthy there. Since when is remembered on the binding, so that a
 * restart forgets nothing. Karmada acts only if `propagateDeps` is set as well; here the policy's failover alone decides.
 *
 * @source spec/behaviour/clusters.md §6
 */
export function planApplicationFailover(observed: Observed): ApplicationPlan {
  const { binding, now, nowMs } = observed
  const failover = binding.spec.failover?.application
  if (failover === undefined || binding.metadata.deletionTimestamp !== undefined || isUnclaimed(binding)) return FORGET
  const toleratedMs = (failover.decisionConditions.tolerationSeconds ?? DEFAULT_TOLERATION_SECONDS) * 1000
  const known = unhealthySince(binding, nowMs)
  const since = Object.fromEntries(unhealthyTargets(binding).map(name => [name, known[name] ?? now]))
  const isDue = (at: string): boolean => Date.parse(at) + toleratedMs <= nowMs
  const due = Object.keys(since).filter(name => isDue(since[name] ?? now))
  const halt = haltOf(observed, { due, since })
  const confirmed = due.filter(name => isConfirmed(observed, since[name]))
  const attempts = (halt === undefined ? due : confirmed).map(name => attempt(observed, name))
  const departures = attempts.flatMap(each => ('task' in each ? [each] : []))
  const later = Object.values(since).filter(at => !isDue(at))
  return {
    departures,
    failures: attempts.flatMap(each => ('error' in each ? [each] : [])),
    since: omitFields(
      since,
      departures.map(({ cluster }) => cluster),
    ),
    ...(halt !== undefined && confirmed.length < due.length && { halt }),
    ...(later.length > 0 && { nextMs: Math.min(...later.map(at => Date.parse(at) + toleratedMs)) }),
  }
}

const FORGET: ApplicationPlan = { departures: [], failures: [], since: {} }

/** Targets whose copy is Unhealthy, and that are not being left already. */
function unhealthyTargets({ spec, status }: Binding): readonly string[] {
  const leaving = new Set((spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster))
  const targets = new Set((spec.clusters ?? []).map(({ name }) => name))
  const isFailing = ({ clusterName, health }: AggregatedStatusItem): boolean =>
    health === 'Unhealthy' && targets.has(clusterName) && !leaving.has(clusterName)
  return (status?.aggregatedStatus ?? []).filter(isFailing).map(({ clusterName }) => clusterName)
}

/** What fails nearly everywhere at once is broken itself: another cluster would not help. */
function haltOf(
  { binding, brake }: Observed,
  { due, since }: { readonly due: readonly string[]; readonly since: UnhealthySince },
): EvictionHalt | undefined {
  const replicas = new Map((binding.spec.clusters ?? []).map(target => [target.name, target.replicas ?? 0]))
  const leaving = due.map(cluster => ({ cluster, replicas: replicas.get(cluster) ?? 0 }))
  const lost = lostShare(binding.spec, leaving)
  if (due.length < brake.minClusters || lost <= brake.replicaShare) return undefined
  const first = due.map(name => since[name] ?? '').toSorted()[0]
  return {
    reason: 'TooManyReplicas',
    message:
      `It is unhealthy in ${due.toSorted().join(', ')}, with ${Math.round(lost * 100)} % of its replicas: another cluster may not help. ` +
      `It stays there. To move it all the same, annotate this binding with ${ANNOTATION.confirmEviction}=${first}`,
  }
}

/** For what failed about when the confirmed did: another time it is asked again. */
function isConfirmed({ binding, brake }: Observed, since = ''): boolean {
  const confirmedMs = Date.parse(binding.metadata.annotations?.[ANNOTATION.confirmEviction] ?? '')
  return Math.abs(Date.parse(since) - confirmedMs) <= brake.windowSeconds * 1000
}

function attempt(
  { binding, producer }: Observed,
  cluster: string,
): Departure | { readonly cluster: string; readonly error: unknown } {
  const { purgeMode: given, gracePeriodSeconds, statePreservation } = binding.spec.failover?.application ?? {}
  const purgeMode = purgeModeOf(given)
  try {
    const labels = statePreservation && preservedLabels(binding, cluster, statePreservation.rules)
    return {
      cluster,
      task: {
        ...{ producer, reason: REASON, purgeMode },
        message: 'The workload has been unhealthy there for longer than its policy tolerates',
        ...(purgeMode === 'Gracefully' && { gracePeriodSeconds: gracePeriodSeconds ?? DEFAULT_GRACE_PERIOD_SECONDS }),
        ...(purgeMode === 'Never' && { suppressDeletion: true }),
        ...(labels && { preservedLabelState: labels }),
        clustersBeforeFailover: (binding.spec.clusters ?? []).map(({ name }) => name),
      },
    }
  } catch (error) {
    return { cluster, error }
  }
}

/** What annotation `flotilla.dev/unhealthy-since` says; what cannot be read is nothing, nor a time to come: a clock went wrong. */
function unhealthySince({ metadata }: Binding, nowMs: number): UnhealthySince {
  try {
    const times = stringsAt({ times: JSON.parse(metadata.annotations?.[ANNOTATION.unhealthySince] ?? '{}') }, 'times')
    return Object.fromEntries(Object.entries(times).filter(([, at]) => Date.parse(at) <= nowMs))
  } catch {
    return {}
  }
}

/** @returns the binding that remembers it; the same object when it does already. */
export function withUnhealthySince(binding: Binding, since: UnhealthySince): Binding {
  const { annotations = {} } = binding.metadata
  const names = Object.keys(since).toSorted()
  const text =
    names.length === 0 ? undefined : JSON.stringify(Object.fromEntries(names.map(name => [name, since[name]])))
  if (text === annotations[ANNOTATION.unhealthySince]) return binding
  const rest: Readonly<Record<string, string>> = omitFields(annotations, [ANNOTATION.unhealthySince])
  const next = text === undefined ? rest : { ...rest, [ANNOTATION.unhealthySince]: text }
  return { ...binding, metadata: { ...binding.metadata, annotations: next } }
}
