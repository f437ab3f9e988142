import type { Taint } from '../../api/generated/cluster.ts'
import { ANNOTATION, TAINT } from '../../api/names.ts'
import { type DesiredCondition, findCondition, setCondition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { EVICTION_HALTED, type EvictionHalt, haltedCondition } from '../../rendering/eviction-halt.ts'
import { type FailoverSettings, OUTAGE_KEYS } from '../failover-settings.ts'

export interface Observed {
  readonly cluster: Cluster
  readonly mode: FailoverSettings['mode']
  /** What keeps workloads in it; undefined also when there are none. */
  readonly halt: EvictionHalt | undefined
  /** RFC 3339. */
  readonly now: string
}

export interface OutagePlan {
  /** A merge patch of spec and annotations; undefined when they are right. */
  readonly patch: JsonObject | undefined
  /** One of the status subresource. */
  readonly statusPatch: JsonObject | undefined
}

/**
 * What failover writes on a Cluster: in mode auto the NoExecute taint of an outage, which goes with it; and whether the brake
 * keeps workloads there. Both for the resourceVersion that was observed.
 *
 * An outage that turns from not-ready to unreachable is the same outage: its time stays.
 */
export function planOutage({ cluster, mode, halt, now }: Observed): OutagePlan {
  return { patch: planTaint(cluster, mode, now), statusPatch: planCondition(cluster, halt, now) }
}

function planTaint(cluster: Cluster, mode: Observed['mode'], now: string): JsonObject | undefined {
  const { metadata, spec } = cluster
  const ours = metadata.annotations?.[ANNOTATION.failoverTaint]
  const key = mode === 'auto' ? outageKey(cluster) : undefined
  if (key === undefined && ours === undefined) return undefined
  const taints = spec.taints ?? []
  const others = taints.filter(taint => !isOutageTaint(taint) || taint.timeAdded !== ours)
  // Somebody else's taint of this key does the same, and is not ours to remove.
  const theirs = others.some(taint => isOutageTaint(taint) && taint.key === key)
  const timeAdded = key === undefined || theirs ? undefined : (ours ?? now)
  const added: readonly Taint[] =
    key === undefined || timeAdded === undefined ? [] : [{ key, effect: 'NoExecute', timeAdded }]
  const next = [...others, ...added]
  if (timeAdded === ours && isSameTaints(taints, next)) return undefined
  return {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      annotations: { [ANNOTATION.failoverTaint]: timeAdded ?? null },
    },
    spec: { taints: next },
  }
}

/** @returns undefined for a cluster that is Ready, that has not been looked at yet, or that leaves anyway. */
function outageKey({ metadata, status }: Cluster): string | undefined {
  const ready = findCondition(status?.conditions, 'Ready')?.status
  if (metadata.deletionTimestamp !== undefined || ready === undefined || ready === 'True') return undefined
  return ready === 'Unknown' ? TAINT.unreachable : TAINT.notReady
}

function isOutageTaint({ key, effect }: Taint): boolean {
  return effect === 'NoExecute' && OUTAGE_KEYS.includes(key)
}

function isSameTaints(before: readonly Taint[], after: readonly Taint[]): boolean {
  const text = (taints: readonly Taint[]): string =>
    taints
      .map(({ key, value = '', effect, timeAdded = '' }) => [key, value, effect, timeAdded].join(' '))
      .toSorted()
      .join('\n')
  return text(before) === text(after)
}

/** The condition comes with the first halt, and stays as False afterwards. */
function planCondition(
  { metadata, status }: Cluster,
  halt: EvictionHalt | undefined,
  now: string,
): JsonObject | undefined {
  const before = status?.conditions
  if (halt === undefined && findCondition(before, EVICTION_HALTED) === undefined) return undefined
  const desired: DesiredCondition = haltedCondition(halt)
  const conditions = setCondition(before, desired, now)
  if (conditions === before) return undefined
  return { metadata: { resourceVersion: metadata.resourceVersion }, status: { conditions } }
}
