import { type HostRule, READ } from '../../api/host-rule.ts'
import { WORK } from '../../api/kinds.ts'
import { ANNOTATION, executionNamespace } from '../../api/names.ts'
import type { Interpreter } from '../../interpreter/interpreter.ts'
import { manifestStatus } from '../../interpreter/manifest-status.ts'
import type { Client } from '../../kube/client.ts'
import type { Member, Members } from '../../members/member.ts'
import { isConditionTrue } from '../../object/condition.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { formatKey, keyOf, parseKey } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'

export interface ReflectDeps {
  readonly host: Client
  readonly works: Informer<Work>
  readonly members: Members
  readonly interpreter: Interpreter
  readonly recorder: Recorder
  readonly newController: (options: ControllerOptions) => Controller
  /** Works whose status is read side by side from one member. */
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  { on: WORK, verbs: READ },
  { on: WORK, subresource: 'status', verbs: ['patch'] },
]

/**
 * Member object → Work.status.manifestStatuses, one controller per member (spec/behaviour/status.md §1). The first status
 * comes with the conditions that execution writes; from then on changes in the member arrive here.
 *
 * @returns ends all of them.
 */
export function startReflection(deps: ReflectDeps): () => Promise<void> {
  const running = new Map<string, () => Promise<void>>()
  const disconnect = deps.members.addHandler(({ type, member }) => {
    void running.get(member.name)?.()
    running.delete(member.name)
    if (type === 'added') running.set(member.name, reflectMember(deps, member))
  })
  return async () => {
    disconnect()
    await Promise.all([...running.values()].map(stop => stop()))
  }
}

function reflectMember(deps: ReflectDeps, member: Member): () => Promise<void> {
  const controller = deps.newController({
    name: 'work-status',
    concurrency: deps.concurrency,
    logFields: { cluster: member.name },
    reconcile: (key, signal) => reflect(deps, member, { key, signal }),
  })
  const namespace = executionNamespace(member.name)
  const stops = [
    member.addChangeHandler((_resource, change) => {
      const key = workKeyIn(namespace, change)
      if (key !== undefined) controller.enqueue(key, { priority: isInitial(change) ? 'low' : 'high' })
    }),
    // Two writers share the status of a Work; whoever came last is checked against the member once more.
    deps.works.addHandler(change => {
      if (change.type !== 'updated' || change.object.metadata.namespace !== namespace) return
      const before = change.previous.status?.manifestStatuses
      if (before !== change.object.status?.manifestStatuses) controller.enqueue(formatKey(keyOf(change.object)))
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

async function reflect(
  deps: ReflectDeps,
  member: Member,
  run: { readonly key: string; readonly signal: AbortSignal },
): Promise<ReconcileResult> {
  const work = deps.works.get(parseKey(run.key))
  if (work === undefined || !isReflected(work)) return awaitChange()
  const manifests = manifestsOf(work)
  const statuses = await Promise.all(
    manifests.map((manifest, ordinal) => statusOf(deps, { member, work, manifest, ordinal })),
  )
  const known = statuses.filter(status => status !== undefined)
  if (known.length === 0) return awaitChange()
  const body = mergePatch(
    { status: { manifestStatuses: work.status?.manifestStatuses } },
    { status: { manifestStatuses: known } },
  )
  if (body === undefined) return awaitChange()
  const options = { subresource: 'status', signal: run.signal }
  deps.works.observe(await deps.host.patch(WORK, keyOf(work), { type: 'merge', body }, options))
  return awaitChange()
}

interface ManifestPlace {
  readonly member: Member
  readonly work: Work
  readonly manifest: KubeObject
  readonly ordinal: number
}

async function statusOf(deps: ReflectDeps, { member, work, manifest, ordinal }: ManifestPlace) {
  const resource = await member.discovery.resourceFor(gvkOf(manifest))
  const object = resource && member.informer(resource).get(keyOf(manifest))
  if (object === undefined) return undefined
  try {
    return await manifestStatus(deps.interpreter, { manifest, ordinal }, object)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    deps.recorder.event(work, 'Warning', 'ReflectStatusFailed', message)
    throw error
  }
}

function isReflected(work: Work): boolean {
  return work.metadata.deletionTimestamp === undefined && isConditionTrue(work.status?.conditions, 'Applied')
}

function workKeyIn(namespace: string, change: Change): string | undefined {
  const annotations = change.object.metadata.annotations
  const name = annotations?.[ANNOTATION.workName]
  if (change.type === 'deleted' || name === undefined) return undefined
  return annotations?.[ANNOTATION.workNamespace] === namespace ? formatKey({ namespace, name }) : undefined
}

function isInitial(change: Change): boolean {
  return change.type === 'added' && change.initial
}
