import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { type PlacedBinding, placeBinding } from '../rendering/place-binding.ts'
import { isOurs, isUnclaimed, needsScheduling } from '../scheduling/when.ts'

export interface ObservedBinding {
  readonly binding: Binding
  readonly clusters: readonly Cluster[]
  /** RFC 3339. */
  readonly now: string
}

export interface SchedulingWrite {
  /** A merge patch with the resourceVersion that it was made for. */
  readonly body: JsonObject
  /** What scheduling came to, for events; undefined when targets were only dropped. */
  readonly placed?: PlacedBinding
}

/**
 * What a binding's targets are now. A binding that lost its policy keeps its targets as they are, but for clusters that are
 * being deleted: nobody else would ever take these out, and their deletion waits for that.
 *
 * @returns undefined when nothing changes.
 * @source spec/behaviour/scheduling.md §1-3, clusters.md §7
 */
export function planScheduling(observed: ObservedBinding): SchedulingWrite | undefined {
  const { binding, clusters, now } = observed
  if (binding.metadata.deletionTimestamp !== undefined) return undefined
  if (isUnclaimed(binding)) return withoutDeletingTargets(observed)
  if (!isOurs(binding) || needsScheduling(binding, clusters) === undefined) return undefined
  const placed = placeBinding(binding, { clusters, now })
  if (placed.binding === binding) return undefined
  const { metadata, spec } = placed.binding
  return { body: patchOf(binding, { annotations: metadata.annotations, clusters: spec.clusters }), placed }
}

function withoutDeletingTargets({ binding, clusters }: ObservedBinding): SchedulingWrite | undefined {
  const leaving = new Set(clusters.filter(isDeleting).map(({ metadata }) => metadata.name))
  const targets = binding.spec.clusters ?? []
  const remaining = targets.filter(target => !leaving.has(target.name))
  return remaining.length === targets.length ? undefined : { body: patchOf(binding, { clusters: remaining }) }
}

function isDeleting({ metadata }: Cluster): boolean {
  return metadata.deletionTimestamp !== undefined
}

interface Change {
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly clusters: Binding['spec']['clusters']
}

function patchOf(binding: Binding, { annotations, clusters }: Change): JsonObject {
  const { resourceVersion } = binding.metadata
  return { metadata: { resourceVersion, ...(annotations && { annotations }) }, spec: { clusters } }
}
