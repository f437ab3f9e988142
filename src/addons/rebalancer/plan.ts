import type {
  ObservedWorkload,
  WorkloadRebalancerStatus,
  WorkloadReference,
} from '../../api/generated/workload-rebalancer.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding, WorkloadRebalancer } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'

/** What became of one workload; undefined: it is tried again. */
export type Outcome = 'Successful' | 'ReferencedBindingNotFound' | undefined

const SECOND_MS = 1_000

/**
 * The workloads that have to be looked at: those without a result, and after a change of the spec also those that failed.
 *
 * @source spec/behaviour/addons.md §7
 */
export function pendingWorkloads({ metadata, spec, status }: WorkloadRebalancer): readonly WorkloadReference[] {
  const isNew = status?.observedGeneration !== metadata.generation
  const known = new Map((status?.observedWorkloads ?? []).map(each => [sortKey(each.workload), each.result]))
  const settled = (result: string | undefined) => result === 'Successful' || (result === 'Failed' && !isNew)
  const wanted = new Map(spec.workloads.map(workload => [sortKey(workload), workload]))
  return [...wanted].filter(([key]) => !settled(known.get(key))).map(([, workload]) => workload)
}

/**
 * What tells a binding that its workload is to be placed afresh.
 *
 * @param at RFC 3339; when somebody asked
 * @returns undefined when somebody asked for it then, or later.
 */
export function planTrigger({ metadata, spec }: Binding, at: string): JsonObject | undefined {
  const before = spec.rescheduleTriggeredAt
  if (before !== undefined && Date.parse(before) >= Date.parse(at)) return undefined
  return { metadata: { resourceVersion: metadata.resourceVersion }, spec: { rescheduleTriggeredAt: at } }
}

/** Whether a binding is of this workload: two kinds of one name in different groups have bindings of one name. */
export function isBindingOf({ spec }: Binding, workload: WorkloadReference): boolean {
  const { kind, apiVersion } = spec.resource
  return kind === workload.kind && parseApiVersion(apiVersion).group === parseApiVersion(workload.apiVersion).group
}

/**
 * The status after `tried` have been looked at. Workloads that were taken out of the spec stay in it when they succeeded.
 *
 * @param tried outcomes by {@link sortKey}
 * @param now RFC 3339
 */
export function nextStatus(
  rebalancer: WorkloadRebalancer,
  tried: ReadonlyMap<string, Outcome>,
  now: string,
): WorkloadRebalancerStatus {
  const { generation } = rebalancer.metadata
  const observedWorkloads = observedAfter(rebalancer, tried)
  const isFinished = observedWorkloads.every(({ result }) => result !== undefined)
  const before = tried.size === 0 ? rebalancer.status?.finishTime : undefined
  return {
    observedWorkloads,
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(isFinished && { finishTime: before ?? now }),
  }
}

function observedAfter(
  { spec, status }: WorkloadRebalancer,
  tried: ReadonlyMap<string, Outcome>,
): readonly ObservedWorkload[] {
  const before = new Map((status?.observedWorkloads ?? []).map(each => [sortKey(each.workload), each]))
  const left = [...before].filter(([, { result }]) => result === 'Successful')
  const wanted = spec.workloads.map((workload): [string, ObservedWorkload] => {
    const key = sortKey(workload)
    return [key, tried.has(key) ? resultOf(workload, tried.get(key)) : (before.get(key) ?? { workload })]
  })
  return [...new Map([...left, ...wanted])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

function resultOf(workload: WorkloadReference, outcome: Outcome): ObservedWorkload {
  if (outcome === undefined) return { workload }
  return outcome === 'Successful'
    ? { workload, result: 'Successful' }
    : { workload, result: 'Failed', reason: 'ReferencedBindingNotFound' }
}

/** @returns a merge patch of the status subresource; undefined when nothing changes. */
export function statusPatch(rebalancer: WorkloadRebalancer, status: WorkloadRebalancerStatus): JsonObject | undefined {
  const body = mergePatch({ status: { ...rebalancer.status } }, { status: { ...status } })
  return body && { ...body, metadata: { resourceVersion: rebalancer.metadata.resourceVersion } }
}

/** @returns in how many milliseconds a finished one is to be deleted, 0 or less when it is due; undefined for never. */
export function expiresInMs(
  { ttlSecondsAfterFinished }: WorkloadRebalancer['spec'],
  finishTime: string | undefined,
  nowMs: number,
): number | undefined {
  if (ttlSecondsAfterFinished === undefined || finishTime === undefined) return undefined
  return Date.parse(finishTime) + ttlSecondsAfterFinished * SECOND_MS - nowMs
}

/** Identity and order of workloads. @source spec/behaviour/addons.md §7 */
export function sortKey({ apiVersion, kind, namespace = '', name }: WorkloadReference): string {
  return `${apiVersion} ${kind} ${namespace} ${name}`
}
