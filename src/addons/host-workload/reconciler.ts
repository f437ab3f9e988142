import { JOB, POD, REPLICA_SET, type Resource } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { parseTemplateKey } from '../../object/template-key.ts'
import { mechanismsOf, parkableKind } from '../../parking/mechanisms.ts'
import { isParkedBy } from '../../parking/record.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { InformerSet } from '../../runtime/informer-set.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { plan, planRetired } from './plan.ts'

export interface HostWorkloadReconcilerDeps {
  readonly host: Pick<Client, 'list' | 'patch' | 'delete'>
  readonly templates: Pick<InformerSet, 'find'>
  readonly bindings: Lister<Binding>
  readonly recorder: Recorder
  readonly clock: Clock
}

/** A controller of the host may be about to make one more, from what it read before. */
const LOOK_AGAIN_MS = 2_000

/** What a template's controller makes on the host and does not take away by itself once the template is parked. */
const CHILDREN: Readonly<Record<string, Resource>> = {
  Deployment: REPLICA_SET,
  StatefulSet: POD,
  ReplicaSet: POD,
  CronJob: JOB,
}

/** Template + binding → what ran on the host is moved to the members, or taken away. */
export function newHostWorkloadReconciler(deps: HostWorkloadReconcilerDeps) {
  const [bare, emptySinceMs]: [Memory['bare'], Memory['emptySinceMs']] = [new Map(), new Map()]
  return async (text: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const { gvk, key } = parseTemplateKey(text)
    const informer = deps.templates.find(gvk)
    const template = informer?.get(key)
    if (informer === undefined || template === undefined) {
      bare.delete(text)
      emptySinceMs.delete(text)
      return awaitChange()
    }
    const action = plan({ template, binding: deps.bindings.get(bindingKeyOf(template)) })
    const run: Run = { deps, informer, template, signal }
    switch (action.type) {
      case 'none':
        return awaitChange()
      case 'awaitMembers':
        deps.recorder.event(template, 'Normal', 'PromotionWaits', `It goes on running on the host: ${action.message}`)
        return awaitChange()
      case 'promote':
        await write(run, action.patch)
        deps.recorder.event(template, 'Normal', 'Promoted', 'The members have it: what runs on the host is removed')
        return awaitChange()
      case 'retire':
        return retire(run, { key: text, bare, emptySinceMs })
      case 'release':
        return removeChildren(run, { resource: POD, isLeft: child => !isGated(child) })
    }
  }
}

interface Run {
  readonly deps: HostWorkloadReconcilerDeps
  readonly informer: Informer
  readonly template: KubeObject
  readonly signal: AbortSignal
}

interface Memory {
  readonly key: string
  /** UIDs of templates of which nothing was left, by key: their annotations may say otherwise for ever. */
  readonly bare: Map<string, string | undefined>
  /** Since when there was nothing to take away, by key; monotonic. */
  readonly emptySinceMs: Map<string, number>
}

/**
 * Done when there was nothing for a while: its controller may be making what it decided before the template was parked.
 * Pods that wait behind our gate use nothing, and an ordered StatefulSet would make them anew at once.
 */
async function retire(run: Run, { key, bare, emptySinceMs }: Memory): Promise<ReconcileResult> {
  const { template, deps } = run
  const resource = CHILDREN[template.kind]
  const marks = planRetired(template)
  if (marks === undefined && bare.get(key) === template.metadata.uid) return awaitChange()
  if (resource !== undefined) {
    const again = await removeChildren(run, { resource, isLeft: child => resource === POD && isGated(child) })
    if (again.next === 'timer') {
      emptySinceMs.delete(key)
      return again
    }
    const nowMs = deps.clock.monotonicMs()
    const sinceMs = emptySinceMs.get(key) ?? nowMs
    emptySinceMs.set(key, sinceMs)
    if (nowMs - sinceMs < LOOK_AGAIN_MS) return requeueAfter(LOOK_AGAIN_MS - (nowMs - sinceMs))
    emptySinceMs.delete(key)
  }
  bare.set(key, template.metadata.uid)
  if (marks !== undefined) await write(run, marks)
  return awaitChange()
}

interface Children {
  readonly resource: Resource
  /** Those that are left as they are. */
  readonly isLeft: (child: KubeObject) => boolean
}

/** Deletes what the template owns. @returns to look again, as long as there was any. */
async function removeChildren(run: Run, { resource, isLeft }: Children): Promise<ReconcileResult> {
  const { deps, signal } = run
  const children = (await listChildren(run, resource)).filter(child => !isLeft(child))
  await Promise.all(
    children.map(async child => {
      const { uid } = child.metadata
      const options = { signal, propagationPolicy: 'Background', ...(uid !== undefined && { uid }) } as const
      await ignoringAbsence(() => deps.host.delete(resource, keyOf(child), options))
    }),
  )
  return children.length > 0 ? requeueAfter(LOOK_AGAIN_MS) : awaitChange()
}

/** @returns what the template owns, without what is on its way out. */
async function listChildren({ deps, template, signal }: Run, resource: Resource): Promise<readonly KubeObject[]> {
  const namespace = template.metadata.namespace ?? ''
  const { items } = await deps.host.list(resource, { namespace }, { signal })
  return items.filter(
    child =>
      child.metadata.ownerReferences?.some(
        owner => owner.controller === true && owner.uid === template.metadata.uid,
      ) === true && child.metadata.deletionTimestamp === undefined,
  )
}

function isGated(child: KubeObject): boolean {
  const pod = { ...child, apiVersion: 'v1', kind: 'Pod' }
  const gate = parkableKind(pod)
  return gate !== undefined && mechanismsOf(gate).some(mechanism => isParkedBy(pod, mechanism))
}

async function write({ deps, informer, template, signal }: Run, patch: JsonObject): Promise<void> {
  const { uid, resourceVersion } = template.metadata
  const metadata = patch['metadata']
  const body = { ...patch, metadata: { ...(typeof metadata === 'object' ? metadata : {}), uid, resourceVersion } }
  await ignoringAbsence(async () => {
    informer.observe(await deps.host.patch(informer.resource, keyOf(template), { type: 'merge', body }, { signal }))
  })
}

async function ignoringAbsence(request: () => Promise<unknown>): Promise<void> {
  try {
    await request()
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
