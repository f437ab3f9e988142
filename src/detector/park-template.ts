import type { Policy } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { decideParking, type ParkingMode } from '../parking/decide.ts'
import { hostEffect } from '../parking/host-effects.ts'
import { isLocal, isParked, isParkedForGood, unparkingPatch } from '../parking/park.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Recorder } from '../runtime/recorder.ts'

export interface ParkTemplateDeps {
  readonly parking: ParkingMode
  readonly recorder: Recorder
  readonly clock: Clock
}

export interface ClaimInput {
  readonly template: KubeObject
  readonly policy: Policy
  /** What the claim writes; undefined when the template has been claimed before. */
  readonly claimPatch: JsonObject | undefined
}

/**
 * Adds to a claim what keeps its template from running on the host, and tells the user what still does.
 *
 * @returns the merge patch of the template; undefined when nothing is to be written.
 */
export function claimAndPark(
  deps: ParkTemplateDeps,
  { template, policy, claimPatch }: ClaimInput,
): JsonObject | undefined {
  if (deps.parking === 'off') return claimPatch
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    deps.recorder.event(template, type, reason, message)
  const decision = decideParking({
    template,
    policy,
    isFirstClaim: claimPatch !== undefined,
    nowMs: deps.clock.nowMs(),
  })
  const effect = claimPatch && hostEffect(template)
  if (effect !== undefined) tell('Warning', 'ActsOnHost', `On the host, ${effect}: it cannot be parked there`)
  switch (decision.type) {
    case 'none':
      return claimPatch
    case 'runs':
      if (claimPatch !== undefined) tell('Warning', 'HostWorkloadRunning', decision.message)
      return claimPatch
    case 'park':
      if (decision.message !== undefined) tell('Normal', 'HostCopyRemoved', decision.message)
      return join(template, claimPatch, decision.patch)
  }
}

/**
 * What is to be written on a template that its user keeps for the host alone: it runs there again. An apiserver that parks
 * has done so with the label; one whose policies are switched off has not, whatever it serves.
 *
 * @returns undefined when nothing parks it any more, and when the apiserver does not let that field change.
 */
export function releaseLocal(deps: ParkTemplateDeps, template: KubeObject): JsonObject | undefined {
  if (deps.parking === 'off' || !isLocal(template)) return undefined
  if (!isParkedForGood(template)) return unparkingPatch(template)
  const message =
    'It was parked by a field that cannot change any more: delete and create it again to run it on the host'
  deps.recorder.event(template, 'Warning', 'StaysParked', message)
  return undefined
}

/** Tells that a template without a policy does not start to run on the host by itself, nor stop in the members. */
export function tellStaysParked({ recorder }: ParkTemplateDeps, template: KubeObject): void {
  if (isLocal(template)) {
    const message =
      'It is kept for the host now. What runs in the members goes on: delete its ResourceBinding to remove it there'
    recorder.event(template, 'Warning', 'StaysInMembers', message)
    return
  }
  if (!isParked(template)) return
  const message =
    'No policy selects it any more. It stays parked on the host and running in the members: label it flotilla.dev/local=true to run it on the host, or delete it'
  recorder.event(template, 'Normal', 'StaysParked', message)
}

/** Lists are written whole, so the version that they were read at goes along. */
function join(template: KubeObject, claimPatch: JsonObject | undefined, patch: JsonObject): JsonObject {
  const { labels, annotations } = metadataOf(claimPatch)
  const parking = metadataOf(patch)
  return {
    ...patch,
    metadata: {
      resourceVersion: template.metadata.resourceVersion,
      labels: { ...labels, ...parking.labels },
      annotations: { ...annotations, ...parking.annotations },
    },
  }
}

function metadataOf(patch: JsonObject | undefined): { readonly labels?: object; readonly annotations?: object } {
  const metadata = patch?.['metadata']
  return typeof metadata === 'object' && metadata !== null ? metadata : {}
}
