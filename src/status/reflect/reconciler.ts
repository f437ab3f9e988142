import type { ManifestStatus } from '../../api/generated/work.ts'
import { WORK } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import { manifestStatus } from '../../interpreter/manifest-status.ts'
import type { Client } from '../../kube/client.ts'
import type { Member } from '../../members/member.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { isReflected, planManifestStatuses } from './plan.ts'

export interface ReflectionDeps {
  readonly member: Pick<Member, 'discovery' | 'informer'>
  readonly host: Pick<Client, 'patch'>
  readonly works: Pick<Informer<Work>, 'get' | 'observe'>
  readonly interpreter: Interpreter
  readonly recorder: Recorder
}

/** Objects of one member → the status of their Work (spec/behaviour/status.md §1). */
export function newReflectionReconciler(deps: ReflectionDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const work = deps.works.get(parseKey(key))
    if (work === undefined || !isReflected(work)) return awaitChange()
    const statuses = await Promise.all(
      manifestsOf(work).map((manifest, ordinal) => readStatus(deps, { work, manifest, ordinal })),
    )
    const body = planManifestStatuses(work, statuses)
    if (body === undefined) return awaitChange()
    const options = { subresource: 'status', signal }
    deps.works.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body }, options))
    return awaitChange()
  }
}

interface ManifestPlace {
  readonly work: Work
  readonly manifest: KubeObject
  readonly ordinal: number
}

/** @returns undefined when the member does not hold the object. */
async function readStatus(
  deps: ReflectionDeps,
  { work, manifest, ordinal }: ManifestPlace,
): Promise<ManifestStatus | undefined> {
  const resource = await deps.member.discovery.resourceFor(gvkOf(manifest))
  const object = resource && deps.member.informer(resource).get(keyOf(manifest))
  if (object === undefined) return undefined
  try {
    return await manifestStatus(deps.interpreter, { manifest, ordinal }, object)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    deps.recorder.event(work, 'Warning', 'ReflectStatusFailed', message)
    throw error
  }
}
