import { CLUSTER_PROPAGATION_POLICY, PROPAGATION_POLICY } from '../api/kinds.ts'
import { ANNOTATION, DEFAULT_SCHEDULER_NAME, LABEL } from '../api/names.ts'
import { deepEqual, isSubset } from '../object/equality.ts'
import { isJsonObject } from '../object/raw-json.ts'
import {
  type AffinityTerm,
  isDuplicated,
  isRescheduleTriggered,
  isWorkload,
  type Placement,
  type SchedulableBinding,
  type SchedulableCluster,
  type SchedulableSpec,
} from './placement.ts'

/** Why a binding is scheduled again. */
export type SchedulingCause =
  | 'PlacementChanged'
  | 'ReplicasChanged'
  | 'RescheduleTriggered'
  | 'FollowsClusters'
  | 'TargetClusterDeleting'

/** A binding is scheduled only when something stands for it: a policy, or another controller. */
const CLAIM_LABELS = [
  PROPAGATION_POLICY.permanentIdLabel,
  CLUSTER_PROPAGATION_POLICY.permanentIdLabel,
  LABEL.bindingManagedBy,
]

/** Whether the scheduler of that name is to place a binding: all that is said of its scheduling is said by it. */
export function isForScheduler(
  { spec }: Pick<SchedulableBinding, 'spec'>,
  schedulerName: string = DEFAULT_SCHEDULER_NAME,
): boolean {
  return (spec.schedulerName || DEFAULT_SCHEDULER_NAME) === schedulerName
}

/**
 * Whether a binding is for this scheduler to place: its name is asked for, scheduling isn't suspended, the binding
 * isn't under deletion, and a policy or another controller stands for it.
 *
 * @param schedulerName our own name; the default one also takes bindings that name none
 * @source spec/behaviour/scheduling.md §1
 */
export function isOurs(binding: SchedulableBinding, schedulerName: string = DEFAULT_SCHEDULER_NAME): boolean {
  const { metadata, spec } = binding
  return (
    isForScheduler(binding, schedulerName) &&
    spec.suspension?.scheduling !== true &&
    !metadata?.deletionTimestamp &&
    !isUnclaimed(binding)
  )
}

/**
 * Whether nothing stands for a binding any more: its policy was deleted and left the workloads where they are.
 *
 * @source spec/behaviour/scheduling.md §1
 */
export function isUnclaimed({ metadata }: Pick<SchedulableBinding, 'metadata'>): boolean {
  return !CLAIM_LABELS.some(label => Boolean(metadata?.labels?.[label]))
}

/**
 * Why a binding has to go through scheduling now; the first cause that holds.
 *
 * @param clusters all clusters: replicas move away from one under deletion
 * @returns undefined when only `status.schedulerObservedGeneration` is to be brought up to date.
 * @source spec/behaviour/scheduling.md §3
 */
export function needsScheduling(
  binding: SchedulableBinding,
  clusters: readonly Pick<SchedulableCluster, 'metadata'>[],
): SchedulingCause | undefined {
  const { spec } = binding
  if (isPlacementChanged(binding)) return 'PlacementChanged'
  if (isReplicasChanged(spec)) return 'ReplicasChanged'
  if (isRescheduleTriggered(binding)) return 'RescheduleTriggered'
  if (!isWorkload(spec) || isDuplicated(spec.placement ?? {})) return 'FollowsClusters'
  if (hasDeletingTarget(spec, clusters)) return 'TargetClusterDeleting'
  return undefined
}

function hasDeletingTarget(spec: SchedulableSpec, clusters: readonly Pick<SchedulableCluster, 'metadata'>[]): boolean {
  const targetNames = new Set((spec.clusters ?? []).map(({ name }) => name))
  return clusters.some(({ metadata }) => metadata.deletionTimestamp && targetNames.has(metadata.name))
}

/** What goes into annotation `policy.karmada.io/applied-placement` together with a result. @source scheduling.md §10 */
export function appliedPlacementOf(placement: Placement): string {
  return JSON.stringify(placement)
}

/** @source spec/behaviour/scheduling.md §3 item 1 */
function isPlacementChanged({ metadata, spec, status }: SchedulableBinding): boolean {
  const text = metadata?.annotations?.[ANNOTATION.appliedPlacement]
  if (text === undefined || text === '') return true
  const applied = parsePlacement(text)
  const placement = spec.placement ?? {}
  if (applied === undefined || isSame(applied, placement)) return false
  const { clusterAffinities: appliedTerms, ...appliedRest } = applied
  const { clusterAffinities: terms, ...rest } = placement
  if (!isSame(appliedRest, rest)) return true
  return isObservedTermChanged(termsOf(appliedTerms), termsOf(terms), status?.schedulerObservingAffinityName)
}

function isObservedTermChanged(
  applied: readonly AffinityTerm[],
  current: readonly AffinityTerm[],
  observedName: string | undefined,
): boolean {
  if (!observedName) return true
  const before = applied.find(term => term.affinityName === observedName)
  const after = current.find(term => term.affinityName === observedName)
  return before === undefined || after === undefined || !isSame(before, after)
}

/** Equal but for empty values: Go writes a placement without them, a user may have written them. */
function isSame(a: unknown, b: unknown): boolean {
  return deepEqual(a, b) || (isSubset(a, b) && isSubset(b, a))
}

function termsOf(value: unknown): readonly AffinityTerm[] {
  return Array.isArray(value) ? value.filter(isTerm) : []
}

function isTerm(value: unknown): value is AffinityTerm {
  return isJsonObject(value) && typeof value['affinityName'] === 'string'
}

function parsePlacement(text: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** @source spec/behaviour/scheduling.md §3 item 2 */
function isReplicasChanged({ placement = {}, replicas = 0, clusters = [], components }: SchedulableSpec): boolean {
  if (placement.replicaScheduling === undefined) return false
  if ((components ?? []).length > 0 && clusters.length === 0) return true
  if (isDuplicated(placement)) return clusters.some(target => (target.replicas ?? 0) !== replicas)
  return clusters.reduce((sum, target) => sum + (target.replicas ?? 0), 0) !== replicas
}
