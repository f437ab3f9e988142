import type { AgentRule } from '../../api/agent-rule.ts'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { WORK } from '../../api/kinds.ts'
import { executionNamespace } from '../../api/names.ts'
import { worksConcerned } from '../../interpreter/kind-changes.ts'
import { claimedWorks } from '../../members/claimed-works.ts'
import type { Member, Members } from '../../members/member.ts'
import type { Work } from '../../object/karmada-objects.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import { isReflected } from './plan.ts'
import { newReflectionReconciler, type ReflectionDeps } from './reconciler.ts'

export interface ReflectDeps extends Omit<ReflectionDeps, 'member'> {
  readonly works: Informer<Work>
  readonly members: Members
  readonly newController: (options: ControllerOptions) => Controller
  /** Works whose status is read side by side from one member. */
  readonly concurrency: number
}

export const HOST_RULES: readonly HostRule[] = [
  { on: WORK, verbs: READ },
  { on: WORK, subresource: 'status', verbs: ['patch'] },
]

export const AGENT_RULES: readonly AgentRule[] = [
  { on: WORK, within: 'execution', verbs: READ },
  { on: WORK, subresource: 'status', within: 'execution', verbs: ['patch'] },
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
    const ended = running.get(member.name)?.()
    running.delete(member.name)
    if (type === 'added') running.set(member.name, reflectMember(deps, member))
    return ended
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
    reconcile: newReflectionReconciler({ ...deps, member }),
  })
  const namespace = executionNamespace(member.name)
  const stops = [
    member.addChangeHandler((_resource, change) => {
      if (change.type === 'deleted') return
      for (const key of claimedWorks(namespace, change)) {
        controller.enqueue(key, { priority: isInitial(change) ? 'low' : 'high' })
      }
    }),
    deps.interpreter.onChange(concerns => {
      for (const work of worksConcerned(deps.works.list(namespace), concerns)) {
        controller.enqueue(formatKey(keyOf(work)), { priority: 'low' })
      }
    }),
    // Two writers share the status of a Work; whoever came last is checked against the member once more.
    deps.works.addHandler(change => {
      if (change.type !== 'updated' || change.object.metadata.namespace !== namespace) return
      const { previous, object } = change
      const isWritten = previous.status?.manifestStatuses !== object.status?.manifestStatuses
      // Before that nobody looked.
      const isNew = isReflected(object) && !isReflected(previous)
      if (isWritten || isNew) controller.enqueue(formatKey(keyOf(object)))
    }),
  ]
  controller.start()
  return async () => {
    for (const stop of stops) stop()
    await controller.stop()
  }
}

function isInitial(change: Change): boolean {
  return change.type === 'added' && change.initial
}
