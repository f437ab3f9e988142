import { ANNOTATION } from '../../api/names.ts'
import { isConditionTrue } from '../../object/condition.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { retiring } from '../../parking/decide.ts'
import { isLocal, isParked, parkingPatch, REVISION, tracesOnHost } from '../../parking/park.ts'

export interface ObservedWorkload {
  readonly template: KubeObject
  readonly binding: Binding | undefined
}

export type Action =
  /** Remove what the template left running on the host. */
  | { readonly type: 'retire' }
  /** The members have it: park it, then retire the rest. */
  | { readonly type: 'promote'; readonly patch: JsonObject }
  /** The user asked for the move, and the members are not ready. */
  | { readonly type: 'awaitMembers'; readonly message: string }
  /** It runs on the host again: remove its Pods that wait behind the gate of the time when it was parked. */
  | { readonly type: 'release' }
  | { readonly type: 'none' }

/** Their controllers never replace a Pod that waits: an ordered StatefulSet would wait for it for ever. */
const GATES_PODS: ReadonlySet<string> = new Set(['StatefulSet', 'ReplicaSet'])

/**
 * What is due for a template that ran on the host: nothing until its user asks, then first the members, then the host.
 */
export function plan({ template, binding }: ObservedWorkload): Action {
  if (template.metadata.deletionTimestamp !== undefined) return { type: 'none' }
  if (isLocal(template)) return { type: !isParked(template) && GATES_PODS.has(template.kind) ? 'release' : 'none' }
  if (isParked(template)) return { type: hasLeftovers(template) ? 'retire' : 'none' }
  if (template.metadata.annotations?.[ANNOTATION.promote] !== 'true' || tracesOnHost(template) === undefined) {
    return { type: 'none' }
  }
  const patch = parkingPatch(template)
  if (patch === undefined) return { type: 'none' }
  const waiting = unreadyMembers(template, binding)
  return waiting === undefined
    ? { type: 'promote', patch: retiring(patch) }
    : { type: 'awaitMembers', message: waiting }
}

/**
 * The patch by which a template is done with the host: the marks go, those of the host's controllers too. One without our
 * marks is left as it is: what it says, its user may have written.
 */
export function planRetired(template: KubeObject): JsonObject | undefined {
  const annotations = template.metadata.annotations ?? {}
  const ours = [ANNOTATION.retire, ANNOTATION.promote].filter(key => annotations[key] !== undefined)
  if (ours.length === 0) return undefined
  const keys = annotations[REVISION] === undefined ? ours : [...ours, REVISION]
  return { metadata: { annotations: Object.fromEntries(keys.map(key => [key, null])) } }
}

/** A paused Deployment keeps the ReplicaSets that it had; a gate does not stop Pods that were made before. */
function hasLeftovers({ kind, metadata }: KubeObject): boolean {
  const annotations = metadata.annotations ?? {}
  return annotations[ANNOTATION.retire] !== undefined || (kind === 'Deployment' && annotations[REVISION] !== undefined)
}

function unreadyMembers(template: KubeObject, binding: Binding | undefined): string | undefined {
  const targets = binding?.spec.clusters ?? []
  if (binding === undefined || targets.length === 0) return 'no member cluster has been chosen for it yet'
  if (binding.spec.resource.uid !== template.metadata.uid) return 'its binding is being made'
  const items = new Map((binding.status?.aggregatedStatus ?? []).map(each => [each.clusterName, each]))
  const unready = targets.filter(({ name }) => items.get(name)?.health !== 'Healthy').map(({ name }) => name)
  if (unready.length > 0) return `it is not healthy yet in ${unready.join(', ')}`
  return isConditionTrue(binding.status?.conditions, 'FullyApplied') ? undefined : 'not every member has it yet'
}
