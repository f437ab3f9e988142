import { WORK } from '../../api/kinds.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import type { Client } from '../../kube/client.ts'
import type { Member } from '../../members/member.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import { reportStatus } from '../../rendering/report-status.ts'
import type { Worker } from '../../runtime/controller.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { isReflected, planManifestStatuses } from './plan.ts'

export interface ReflectionDeps {
  readonly member: Pick<Member, 'name' | 'discovery' | 'informer'>
  readonly host: Pick<Client, 'patch' | 'takeSeat'>
  readonly works: Pick<Informer<Work>, 'get' | 'observe'>
  readonly interpreter: Interpreter
  readonly recorder: Recorder
}

/** Objects of one member → the status of their Work (spec/behaviour/status.md §1). */
export function newReflectionReconciler(deps: ReflectionDeps) {
  return async (key: string, signal: AbortSignal, worker: Worker): Promise<ReconcileResult> => {
    let seen = await look(deps, key)
    if (seen?.body !== undefined) {
      worker.release()
      const leave = await deps.host.takeSeat()
      try {
        if (!(await isCurrent(deps, key, seen))) seen = await look(deps, key)
        if (seen?.body !== undefined) await write(deps, { work: seen.work, body: seen.body, signal })
      } finally {
        leave()
      }
    }
    if (seen !== undefined && seen.failures.length > 0) throw seen.failures[0]
    return awaitChange()
  }
}

interface Seen {
  readonly work: Work
  readonly objects: readonly (KubeObject | undefined)[]
  /** What the Work does not say yet. */
  readonly body: JsonObject | undefined
  readonly failures: readonly unknown[]
}

/** @returns undefined where nothing is to be told of the member. */
async function look(deps: ReflectionDeps, key: string): Promise<Seen | undefined> {
  const work = deps.works.get(parseKey(key))
  if (work === undefined || !isReflected(work)) return undefined
  const objects = await observeAll(deps, work)
  const { statuses, failures } = await reportStatus({ ...deps, cluster: deps.member.name }, work, objects)
  return { work, objects, failures, body: planManifestStatuses(work, statuses) }
}

/** Work and member may have changed while others went first. */
async function isCurrent(deps: ReflectionDeps, key: string, seen: Seen): Promise<boolean> {
  if (deps.works.get(parseKey(key)) !== seen.work) return false
  const objects = await observeAll(deps, seen.work)
  return objects.every((object, ordinal) => object === seen.objects[ordinal])
}

interface StatusWrite extends Pick<Seen, 'work'> {
  readonly body: JsonObject
  readonly signal: AbortSignal
}

async function write(deps: ReflectionDeps, { work, body, signal }: StatusWrite): Promise<void> {
  const options = { subresource: 'status', signal, seated: true }
  deps.works.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body }, options))
}

function observeAll(deps: ReflectionDeps, work: Work): Promise<readonly (KubeObject | undefined)[]> {
  return Promise.all(manifestsOf(work).map(manifest => observe(deps, manifest)))
}

/** @returns undefined when the member does not hold the object. */
async function observe({ member }: ReflectionDeps, manifest: KubeObject): Promise<KubeObject | undefined> {
  const resource = await member.discovery.resourceFor(gvkOf(manifest))
  return resource && member.informer(resource).get(keyOf(manifest))
}
