import type { ManifestStatus } from '../../api/generated/work.ts'
import { WORK } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import type { Member } from '../../members/member.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import { reportStatus, tellTurns } from '../../rendering/report-status.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { isReflected, planManifestStatuses } from './plan.ts'

export interface ReflectionDeps {
  readonly member: Pick<Member, 'name' | 'discovery' | 'informer'>
  readonly host: Pick<Client, 'patch'>
  readonly works: Pick<Informer<Work>, 'get' | 'observe'>
  readonly interpreter: Interpreter
  readonly recorder: Recorder
}

const OVERWRITTEN_MS = 20

/** Objects of one member → the status of their Work (spec/behaviour/status.md §1). */
export function newReflectionReconciler(deps: ReflectionDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const work = deps.works.get(parseKey(key))
    if (work === undefined || !isReflected(work)) return awaitChange()
    const objects = await Promise.all(manifestsOf(work).map(manifest => observe(deps, manifest)))
    const { statuses, failures, turns } = await reportStatus({ ...deps, cluster: deps.member.name }, work, objects)
    const body = planManifestStatuses(work, statuses)
    if (body !== undefined) {
      const options = { subresource: 'status', signal }
      deps.works.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body }, options))
      tellTurns(deps.recorder, turns)
      if (isOverwritten(deps.works.get(parseKey(key)), statuses)) return requeueAfter(OVERWRITTEN_MS)
    }
    if (failures.length > 0) throw failures[0]
    return awaitChange()
  }
}

/**
 * The execution writes the same field: what it saw before, and wrote after, may be what was cached all the time, so that the cache has nothing to tell.
 */
function isOverwritten(known: Work | undefined, statuses: readonly ManifestStatus[]): boolean {
  return known !== undefined && isReflected(known) && planManifestStatuses(known, statuses) !== undefined
}

/** @returns undefined when the member does not hold the object. */
async function observe({ member }: ReflectionDeps, manifest: KubeObject): Promise<KubeObject | undefined> {
  const resource = await member.discovery.resourceFor(gvkOf(manifest))
  return resource && member.informer(resource).get(keyOf(manifest))
}
